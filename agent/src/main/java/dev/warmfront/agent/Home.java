package dev.warmfront.agent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code $WARMFRONT_HOME}: {@code bin} (programs for tasks), {@code work} (one folder per attempt), {@code
 * logs} (two files per attempt), {@code environments} (one folder per environment), {@code cache} ({@link DataCache}),
 * {@code run} (of this agent alone) and the instance token.
 */
final class Home {

    static final String TOKEN_FILE = "instance-token";

    /** How many ended attempts keep their folder and logs; the oldest go first. */
    static final int KEPT_ATTEMPTS = 256;

    private final Path root;
    private final SequencedSet<String> ended = new LinkedHashSet<>();

    private Home(Path root) {
        this.root = root;
    }

    /** Makes what is missing and writes the programs. */
    static Home open(Path root) throws IOException {
        for (String folder : new String[] {"bin", "work", "logs", "environments", "run", "cache"}) {
            Files.createDirectories(root.resolve(folder));
        }
        Home home = new Home(root);
        home.writeProgram("warmfront-burn");
        home.rememberEnded();
        return home;
    }

    /** Written beside and moved over, so that a task that just starts it never sees half a program. */
    private void writeProgram(String name) throws IOException {
        Path target = root.resolve("bin").resolve(name);
        Path fresh = root.resolve("run").resolve(name + ".new");
        try (InputStream in = Objects.requireNonNull(Home.class.getResourceAsStream(name), name)) {
            Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    Path root() {
        return root;
    }

    Path bin() {
        return root.resolve("bin");
    }

    Path cache() {
        return root.resolve("cache");
    }

    Path run() {
        return root.resolve("run");
    }

    /**
     * Touched by whatever watches for the provider's notice (user data, a hook of the local adapter): the agent then
     * reports {@code interrupted}.
     */
    Path interruptionNotice() {
        return root.resolve("interruption-notice");
    }

    Path stdout(String fileName) {
        return root.resolve("logs").resolve(fileName + ".stdout");
    }

    Path stderr(String fileName) {
        return root.resolve("logs").resolve(fileName + ".stderr");
    }

    Path environment(String key) throws IOException {
        return Files.createDirectories(root.resolve("environments").resolve(AttemptKey.encoded(key)));
    }

    /**
     * Makes the attempt's working folder. It is also the mark on disk that the attempt was begun: an agent that crashed and
     * came back never starts it a second time.
     *
     * @return null where the mark was there already
     */
    @Nullable Path beginAttempt(AttemptKey key) throws IOException {
        try {
            return Files.createDirectory(workOf(key));
        } catch (FileAlreadyExistsException begun) {
            return null;
        }
    }

    Path workOf(AttemptKey key) {
        return root.resolve("work").resolve(key.fileName());
    }

    /** What earlier starts left is kept by the same rule, oldest first. */
    private synchronized void rememberEnded() throws IOException {
        try (Stream<Path> folders = Files.list(root.resolve("work"))) {
            folders.map(Path::toFile)
                    .sorted(Comparator.comparingLong(File::lastModified))
                    .forEach(folder -> ended.addLast(folder.getName()));
        }
    }

    /** The attempt's end is acknowledged: its files are kept until {@link #KEPT_ATTEMPTS} others have ended. */
    synchronized void endAttempt(AttemptKey key) {
        ended.addLast(key.fileName());
        while (ended.size() > KEPT_ATTEMPTS) {
            String oldest = ended.removeFirst();
            deleteTree(root.resolve("work").resolve(oldest));
            deleteTree(stdout(oldest));
            deleteTree(stderr(oldest));
        }
    }

    private static void deleteTree(Path top) {
        if (Files.notExists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException stays) {
            StateLog.warn("cannot delete " + top + ": " + stays.getMessage());
        }
    }

    @Nullable String readToken() throws IOException {
        try {
            String token = Files.readString(root.resolve(TOKEN_FILE)).strip();
            return token.isEmpty() ? null : token;
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Keeps the token for the next start on this instance; never readable by others, not even for a moment. */
    void writeToken(String token) throws IOException {
        Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rw-------");
        Path fresh = root.resolve(TOKEN_FILE + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(ownerOnly));
        Files.writeString(fresh, token + "\n", StandardOpenOption.WRITE);
        Files.move(fresh, root.resolve(TOKEN_FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
