package dev.warmfront.agent;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files by the SHA-256 of their content, a folder for each tenant: {@code $WARMFRONT_HOME/cache/<tenant>/<sha256>}. What was used
 * longest ago goes first when room is needed; what a task reads at the moment, and what the control plane wants kept, stays.
 * Two tenants with the same file have it twice: the time that a file takes to come would else tell one what the other has.
 */
final class DataCache {

    /** So many are told of at most; the protocol's bound. */
    static final int MOST_TOLD = 1_024;

    private static final int DIGITS = 64;

    /** A tenant's file. */
    record Key(String tenant, String sha256) {}

    /** A file that was found at the start. */
    private record Left(Key key, long bytes, FileTime at) {}

    /** A file with its size. */
    record Held(Key key, long bytes) {}

    /**
     * What was done since the agent started.
     *
     * @param hits reads of files that lay here
     * @param misses reads of files that had to be fetched
     * @param corrupted files that lay here and were not what they should be
     * @param fetchedBytes over the network, for whatever reason
     * @param aheadBytes of these, fetched before a task asked
     * @param aheadReadBytes of these, read by a task since
     * @param aheadLostBytes of these, removed before any task read them
     */
    record Counts(
            long hits,
            long misses,
            long corrupted,
            long fetchedBytes,
            long aheadBytes,
            long aheadReadBytes,
            long aheadLostBytes) {}

    private static final class Entry {
        private final long bytes;

        /** When it was last known to be what its name says; null: not since the agent started. */
        private @Nullable FileTime verified;

        private boolean unread;
        private int readers;

        Entry(long bytes) {
            this.bytes = bytes;
        }
    }

    private final Path root;
    private final long budget;

    /** The longest unused first. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private Set<Key> kept = Set.of();
    private long used;
    private long promised;
    private Counts counts = new Counts(0, 0, 0, 0, 0, 0, 0);

    private DataCache(Path root, long budget) {
        this.root = root;
        this.budget = budget;
    }

    /** Finds what an earlier agent left here; each file is checked before a task gets it. */
    static DataCache open(Path root, long budget) throws IOException {
        Files.createDirectories(root);
        DataCache cache = new DataCache(root, budget);
        List<Left> left = new ArrayList<>();
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                String tenant = URLDecoder.decode(String.valueOf(folder.getFileName()), StandardCharsets.UTF_8);
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Key key = new Key(tenant, String.valueOf(file.getFileName()));
                        if (key.sha256().length() == DIGITS) {
                            left.add(new Left(key, Files.size(file), Files.getLastModifiedTime(file)));
                        }
                    }
                }
            }
        }
        left.sort(Comparator.comparing(Left::at));
        left.forEach(file -> cache.put(file.key(), new Entry(file.bytes())));
        cache.makeRoom(0);
        return cache;
    }

    long budget() {
        return budget;
    }

    Path file(Key key) {
        return folder(key).resolve(key.sha256());
    }

    private Path folder(Key key) {
        return root.resolve(AttemptKey.encoded(key.tenant()));
    }

    /** Where it is gathered; what is there already is a beginning of it. */
    Path part(Key key) throws IOException {
        return Files.createDirectories(folder(key)).resolve(key.sha256() + ".part");
    }

    /** Whether it is here, right or wrong. */
    synchronized boolean has(Key key) {
        return entries.containsKey(key);
    }

    /** Whether it is here and nobody has touched it since it was found to be right. */
    synchronized boolean isSound(Key key) {
        Entry entry = entries.get(key);
        return entry != null && entry.verified != null && entry.verified.equals(touched(key, entry.bytes));
    }

    /** Its content was found to be right. */
    synchronized void verified(Key key) {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.verified = touched(key, entry.bytes);
        }
    }

    /** When the file was last written; null where it is gone or of another size. */
    private @Nullable FileTime touched(Key key, long bytes) {
        try {
            Path file = file(key);
            return Files.size(file) == bytes ? Files.getLastModifiedTime(file) : null;
        } catch (IOException gone) {
            return null;
        }
    }

    /** It is not what it should be. */
    synchronized void discard(Key key) {
        if (entries.containsKey(key)) {
            counts = add(0, 0, 1, 0, 0, 0, 0);
            remove(key);
        }
    }

    /**
     * Reserves room, for which others go where need be.
     *
     * @return false where there will be none: too much of it is in use, or it is larger than all of the cache
     */
    synchronized boolean reserve(long bytes) {
        if (!makeRoom(bytes)) {
            return false;
        }
        promised += bytes;
        return true;
    }

    synchronized void giveBack(long bytes) {
        promised -= bytes;
    }

    private boolean makeRoom(long bytes) {
        List<Key> going = new ArrayList<>();
        long free = budget - used - promised;
        Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator();
        while (free < bytes && oldest.hasNext()) {
            Map.Entry<Key, Entry> next = oldest.next();
            if (next.getValue().readers == 0 && !kept.contains(next.getKey())) {
                going.add(next.getKey());
                free += next.getValue().bytes;
            }
        }
        if (free < bytes) {
            return false;
        }
        going.forEach(this::remove);
        return true;
    }

    private void remove(Key key) {
        Entry entry = entries.remove(key);
        if (entry == null) {
            return;
        }
        used -= entry.bytes;
        if (entry.unread) {
            counts = add(0, 0, 0, 0, 0, 0, entry.bytes);
        }
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException stays) {
            StateLog.warn("cannot delete " + file(key) + ": " + stays.getMessage());
        }
    }

    private void put(Key key, Entry entry) {
        Entry before = entries.put(key, entry);
        used += entry.bytes - (before == null ? 0 : before.bytes);
        if (before != null) {
            entry.readers = before.readers;
        }
    }

    /**
     * Takes a file in that was found to be right and for which there is room.
     *
     * @param fetched whether it came over the network
     * @param ahead whether that was before a task asked for it
     */
    synchronized void take(Key key, Path right, boolean fetched, boolean ahead) throws IOException {
        long bytes = Files.size(right);
        Path target = file(key);
        Files.setPosixFilePermissions(right, PosixFilePermissions.fromString("r--r--r--"));
        Files.move(right, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Entry entry = new Entry(bytes);
        entry.unread = ahead;
        put(key, entry);
        entry.verified = touched(key, bytes);
        if (fetched) {
            counts = add(0, 0, 0, bytes, ahead ? bytes : 0, 0, 0);
        }
    }

    /**
     * A task reads it from now on; it stays until {@link #release}.
     *
     * @param fetched whether that is only since the task asked
     * @return null where it has gone in the meantime
     */
    synchronized @Nullable Path read(Key key, boolean fetched) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        entry.readers++;
        counts = add(fetched ? 0 : 1, fetched ? 1 : 0, 0, 0, 0, entry.unread ? entry.bytes : 0, 0);
        entry.unread = false;
        return file(key);
    }

    synchronized void release(Collection<Key> keys) {
        for (Key key : keys) {
            Entry entry = entries.get(key);
            if (entry != null) {
                entry.readers = Math.max(0, entry.readers - 1);
            }
        }
    }

    /** These stay, whoever needs room, until other ones are named. */
    synchronized void keep(Set<Key> keys) {
        kept = Set.copyOf(keys);
    }

    /** The most recently used, so many as are told of. */
    synchronized List<Held> held() {
        List<Held> all = new ArrayList<>();
        entries.forEach((key, entry) -> all.add(new Held(key, entry.bytes)));
        return List.copyOf(all.subList(Math.max(0, all.size() - MOST_TOLD), all.size()));
    }

    synchronized Counts counts() {
        return counts;
    }

    private Counts add(
            long hits, long misses, long corrupted, long fetched, long ahead, long aheadRead, long aheadLost) {
        return new Counts(
                counts.hits + hits,
                counts.misses + misses,
                counts.corrupted + corrupted,
                counts.fetchedBytes + fetched,
                counts.aheadBytes + ahead,
                counts.aheadReadBytes + aheadRead,
                counts.aheadLostBytes + aheadLost);
    }
}
