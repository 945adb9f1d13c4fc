package dev.warmfront.local;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The root folder: one folder per instance, named by it. Folders that begin with a dot are the store's own: {@code .new}
 * for what is being written, {@code .trash} for what is being deleted, {@code .ended} for the launch tokens (and last
 * words) of ended instances, so that a launch that is repeated late does not launch again.
 *
 * <p>An instance's folder holds {@code state.properties}, {@code registration-token}, {@code agent.log} and {@code home},
 * the agent's own.
 */
final class InstanceStore {

    private static final String STATE = "state.properties";
    private static final String SECRET = "registration-token";
    private static final String LOG = "agent.log";

    /** How long a repeated launch of an ended instance is recognised; far longer than anything repeats an intent. */
    private static final Duration ENDED_KEPT = Duration.ofDays(1);

    private static final int LONGEST_NAME = 200;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._%-]{0," + (LONGEST_NAME - 1) + "}");

    private final Path root;

    private InstanceStore(Path root) {
        this.root = root;
    }

    /** Makes the folders that are missing, readable by their owner alone. */
    static InstanceStore open(Path root) throws IOException {
        Files.createDirectories(
                root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        InstanceStore store = new InstanceStore(root);
        for (String own : List.of(".new", ".trash", ".ended")) {
            store.makeFolder(root.resolve(own));
        }
        return store;
    }

    /** Deletes what a crash left half written or half deleted. Only while the root is held. */
    void tidy() throws IOException {
        for (String own : List.of(".new", ".trash")) {
            for (Path left : children(root.resolve(own))) {
                Trees.delete(left);
            }
        }
        Instant old = Instant.now().minus(ENDED_KEPT);
        for (Path ended : children(root.resolve(".ended"))) {
            if (Files.getLastModifiedTime(ended).toInstant().isBefore(old)) {
                Files.deleteIfExists(ended);
            }
        }
    }

    /** The folder name for an instance, which is also the provider's name of it. */
    static String nameOf(InstanceId id) {
        return encoded(id.value());
    }

    /** Whether this could be a folder name; nothing else is ever resolved against the root. */
    static boolean isName(String ref) {
        return NAME.matcher(ref).matches();
    }

    /** The value as a file name: what is no letter, digit, dot, dash or underscore as percent and its code. */
    static String encoded(String value) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
            name.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        if (name.length() <= LONGEST_NAME) {
            return name.toString();
        }
        // Only identifiers made of special characters get here; file systems allow 255 bytes.
        String digest =
                UUID.nameUUIDFromBytes(value.getBytes(StandardCharsets.UTF_8)).toString();
        return name.substring(0, LONGEST_NAME - digest.length() - 1) + "-" + digest;
    }

    Path home(String name) {
        return root.resolve(name).resolve("home");
    }

    Path log(String name) {
        return root.resolve(name).resolve(LOG);
    }

    /** Names of all instances, ended ones that are not deleted yet included. */
    List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path child : children(root)) {
            String name = child.getFileName().toString();
            if (isName(name) && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                names.add(name);
            }
        }
        names.sort(String::compareTo);
        return names;
    }

    /**
     * What is on disk about an instance; empty when there is none of that name.
     *
     * @throws IOException when its state is not readable
     */
    Optional<InstanceRecord> read(String name) throws IOException {
        if (!isName(name)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(root.resolve(name).resolve(STATE))) {
            properties.load(reader);
            return Optional.of(InstanceRecord.of(properties));
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return Optional.empty();
        } catch (RuntimeException damaged) {
            throw new IOException("the state of instance " + name + " is damaged: " + damaged.getMessage(), damaged);
        }
    }

    /** Every instance whose state can be read. */
    List<InstanceRecord> readAll() throws IOException {
        List<InstanceRecord> records = new ArrayList<>();
        for (String name : names()) {
            read(name).ifPresent(records::add);
        }
        return records;
    }

    /** Makes an instance's folder in one step: either all of it is there, also after a loss of power, or nothing. */
    void place(String name, InstanceRecord record, String secret, Checkpoint checkpoint) throws IOException {
        Path fresh = root.resolve(".new").resolve(UUID.randomUUID().toString());
        makeFolder(fresh);
        makeFolder(fresh.resolve("home"));
        writeDurably(fresh.resolve(SECRET), secret);
        writeDurably(fresh.resolve(STATE), text(record));
        syncFolder(fresh);
        checkpoint.reached(Checkpoint.Moment.FOLDER_WRITTEN);
        move(fresh, root.resolve(name));
        syncFolder(root);
    }

    /** Replaces what is on disk about an instance in one step. */
    void write(String name, InstanceRecord record) throws IOException {
        Path folder = root.resolve(name);
        Path fresh = folder.resolve(STATE + ".new");
        Files.deleteIfExists(fresh);
        writeDurably(fresh, text(record));
        move(fresh, folder.resolve(STATE));
        syncFolder(folder);
    }

    /** The secret of the instance's registration. */
    String secret(String name) throws IOException {
        return Files.readString(root.resolve(name).resolve(SECRET));
    }

    /** Forgets an instance none of whose processes is left: its secrets at once, then its folder, but not its token. */
    void remove(String name, InstanceRecord record) throws IOException {
        Path folder = root.resolve(name);
        Path ended = root.resolve(".ended").resolve(encoded(record.token().value()));
        Files.deleteIfExists(folder.resolve(SECRET));
        Files.deleteIfExists(folder.resolve("home").resolve("instance-token"));
        if (Files.exists(folder.resolve(LOG))) {
            move(folder.resolve(LOG), ended.resolveSibling(ended.getFileName() + ".log"));
        }
        Files.deleteIfExists(ended);
        writeDurably(ended, name);
        syncFolder(ended.resolveSibling("."));
        Path trash = root.resolve(".trash").resolve(UUID.randomUUID().toString());
        move(folder, trash);
        Trees.delete(trash);
    }

    /** The name that an ended instance had, by its launch's token. */
    Optional<String> ended(IntentToken token) throws IOException {
        try {
            return Optional.of(Files.readString(root.resolve(".ended").resolve(encoded(token.value()))));
        } catch (NoSuchFileException neverEnded) {
            return Optional.empty();
        }
    }

    private void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private static String text(InstanceRecord record) throws IOException {
        var writer = new java.io.StringWriter();
        record.toProperties().store(writer, null);
        return writer.toString();
    }

    /** A new file of mode 600 whose bytes have reached the disk. */
    private static void writeDurably(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException impossible) {
            throw new IOException("the root must lie on one file system", impossible);
        }
    }

    /** Names in a folder are durable only when the folder itself is written. */
    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
