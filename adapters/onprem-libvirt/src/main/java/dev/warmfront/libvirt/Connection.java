package dev.warmfront.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one libvirt daemon, narrowed to what this adapter asks of it. May be shared by threads, but each call must
 * stay on one operating-system thread. One that died stays dead.
 */
final class Connection implements AutoCloseable {

    private static final int AFFECT_CONFIG = 2;
    private static final int METADATA_ELEMENT = 2;

    /** The saved image and what an operator may have taken of snapshots go with the domain. */
    private static final int UNDEFINE_WITH_EVERYTHING = 1 | 2;

    private static final int DELETE_PLAINLY = 0;
    private static final int DOMAIN_INFO_BYTES = 40;
    private static final int NODE_INFO_BYTES = 64;
    private static final int FIELD_BYTES = 80;
    private static final int MEMORY_STAT_BYTES = FIELD_BYTES + 8;
    private static final int UUID_STRING_BYTES = 37;
    private static final int ALL_MEMORY_CELLS = -1;
    private static final long KIBIBYTE = 1024;

    private final NativeLibrary library;
    private final MemorySegment pointer;
    private final AtomicBoolean listening = new AtomicBoolean();
    private volatile Lifecycle.@Nullable Subscription subscription;
    private int users;
    private boolean closing;
    private boolean closed;

    private Connection(NativeLibrary library, MemorySegment pointer) {
        this.library = library;
        this.pointer = pointer;
    }

    static Connection open(NativeLibrary library, String uri) throws LibvirtException {
        try {
            // Without libvirt's keep-alive: when it gives a connection up under several waiting calls, one may never
            // return (9.0). Whoever asks has a patience of its own.
            return new Connection(library, library.made("virConnectOpen", uri));
        } catch (LibvirtException refused) {
            throw refused.whileOpening();
        }
    }

    /** Whether it still leads somewhere, as far as this side knows. */
    boolean isAlive() {
        return library.integer("virConnectIsAlive", pointer) == 1;
    }

    /**
     * Has a listener told of events, once for this connection.
     *
     * @return whether it was not told before, so that what happened until now was missed
     */
    boolean listen(Consumer<String> listener) throws LibvirtException {
        if (!listening.compareAndSet(false, true)) {
            return false;
        }
        try {
            subscription = Lifecycle.subscribe(library, pointer, listener);
            return true;
        } catch (LibvirtException refused) {
            listening.set(false);
            throw refused;
        }
    }

    /** Begins a use of it. While there is one it is not closed: a call on a closed connection would end the process. */
    synchronized void enter() {
        users++;
    }

    synchronized void exit() {
        users--;
        closeWhenUnused();
    }

    /** Lets it go as soon as nobody uses it. */
    @Override
    public synchronized void close() {
        closing = true;
        closeWhenUnused();
    }

    private void closeWhenUnused() {
        if (closing && users == 0 && !closed) {
            closed = true;
            // On a thread of its own: the host is told good-bye, and it may hang.
            Thread.ofPlatform().daemon().name("libvirt-close").start(() -> {
                Lifecycle.Subscription events = subscription;
                if (events != null) {
                    events.end();
                }
                library.integer("virConnectClose", pointer);
            });
        }
    }

    /** What a host has. */
    record Node(long cpus, long memoryBytes) {}

    /** Processors and memory; the memory of {@code nodeInfo} only where there are no statistics, for it can be wrong. */
    Node node() throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(NODE_INFO_BYTES, Long.BYTES);
            library.checked("virNodeGetInfo", pointer, info);
            long kibibytes = memoryStatistic("total").orElse(info.get(JAVA_LONG, 32));
            return new Node(info.get(JAVA_INT, 40), kibibytes * KIBIBYTE);
        }
    }

    /** Memory that a new guest could have now without taking it from others; empty where the driver cannot tell. */
    Optional<Long> availableMemoryBytes() throws LibvirtException {
        Optional<Long> free = memoryStatistic("free");
        if (free.isEmpty()) {
            return free;
        }
        long reclaimable = memoryStatistic("cached").orElse(0L)
                + memoryStatistic("buffers").orElse(0L);
        return Optional.of((free.get() + reclaimable) * KIBIBYTE);
    }

    private Optional<Long> memoryStatistic(String wanted) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            // Asked without room for an answer it says how much room it wants, and insists on just that.
            library.checked("virNodeGetMemoryStats", pointer, ALL_MEMORY_CELLS, null, count, 0);
            int statisticCount = count.get(JAVA_INT, 0);
            MemorySegment statistics = arena.allocate((long) MEMORY_STAT_BYTES * statisticCount, Long.BYTES);
            library.checked("virNodeGetMemoryStats", pointer, ALL_MEMORY_CELLS, statistics, count, 0);
            for (int i = 0; i < statisticCount; i++) {
                MemorySegment statistic = statistics.asSlice((long) i * MEMORY_STAT_BYTES, MEMORY_STAT_BYTES);
                if (statistic.getString(0).equals(wanted)) {
                    return Optional.of(statistic.get(JAVA_LONG, FIELD_BYTES));
                }
            }
            return Optional.empty();
        } catch (LibvirtException unsupported) {
            if (unsupported.is(LibvirtException.NO_SUPPORT)) {
                return Optional.empty();
            }
            throw unsupported;
        }
    }

    /** What is known of one domain. */
    record Domain(
            UUID uuid,
            int state,
            int reason,
            boolean saved,
            long cpus,
            long memoryBytes,
            @Nullable String metadata) {

        boolean active() {
            return state != Guest.SHUT_OFF && state != Guest.CRASHED;
        }
    }

    /** Every domain of the host, ours and others'. One that goes away meanwhile is left out. */
    List<Domain> domains() throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            int count = library.checked("virConnectListAllDomains", pointer, out, 0);
            MemorySegment array = out.get(ADDRESS, 0);
            List<Domain> domains = new ArrayList<>();
            try {
                MemorySegment pointers = sized(array, ADDRESS.byteSize() * count);
                for (int i = 0; i < count; i++) {
                    MemorySegment domain = pointers.getAtIndex(ADDRESS, i);
                    try {
                        domains.add(read(domain, arena));
                    } catch (LibvirtException gone) {
                        if (!gone.is(LibvirtException.NO_DOMAIN)) {
                            throw gone;
                        }
                    } finally {
                        library.integer("virDomainFree", domain);
                    }
                }
            } finally {
                library.release(array);
            }
            return domains;
        }
    }

    // The array is libvirt's, whose length it has told.
    @SuppressWarnings("restricted")
    private static MemorySegment sized(MemorySegment array, long bytes) {
        return array.reinterpret(bytes);
    }

    Optional<Domain> domain(UUID uuid) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            return Optional.of(with(uuid, domain -> read(domain, arena)));
        } catch (LibvirtException e) {
            if (e.is(LibvirtException.NO_DOMAIN)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Domain read(MemorySegment domain, Arena arena) throws LibvirtException {
        MemorySegment uuid = arena.allocate(UUID_STRING_BYTES);
        MemorySegment state = arena.allocate(JAVA_INT);
        MemorySegment reason = arena.allocate(JAVA_INT);
        MemorySegment info = arena.allocate(DOMAIN_INFO_BYTES, Long.BYTES);
        library.checked("virDomainGetUUIDString", domain, uuid);
        // Before and after, so that a guest on its way into or out of its image does not look like one that has ended.
        boolean savedBefore = library.checked("virDomainHasManagedSaveImage", domain, 0) == 1;
        library.checked("virDomainGetState", domain, state, reason, 0);
        boolean saved = savedBefore || library.checked("virDomainHasManagedSaveImage", domain, 0) == 1;
        library.checked("virDomainGetInfo", domain, info);
        return new Domain(
                UUID.fromString(uuid.getString(0)),
                state.get(JAVA_INT, 0),
                reason.get(JAVA_INT, 0),
                saved,
                Short.toUnsignedLong(info.get(JAVA_SHORT, 24)),
                info.get(JAVA_LONG, 8) * KIBIBYTE,
                metadata(domain));
    }

    private @Nullable String metadata(MemorySegment domain) throws LibvirtException {
        try {
            return library.text("virDomainGetMetadata", domain, METADATA_ELEMENT, Marks.NAMESPACE, AFFECT_CONFIG);
        } catch (LibvirtException none) {
            // A domain without our mark, or a transient one of somebody else's, which has no stored configuration.
            if (none.is(LibvirtException.NO_DOMAIN_METADATA)
                    || none.is(LibvirtException.INVALID_ARG)
                    || none.is(LibvirtException.OPERATION_INVALID)) {
                return null;
            }
            throw none;
        }
    }

    void mark(UUID uuid, Marks marks) throws LibvirtException {
        with(
                uuid,
                domain -> library.checked(
                        "virDomainSetMetadata",
                        domain,
                        METADATA_ELEMENT,
                        marks.toXml(),
                        Marks.PREFIX,
                        Marks.NAMESPACE,
                        AFFECT_CONFIG));
    }

    void define(String xml) throws LibvirtException {
        library.integer("virDomainFree", library.made("virDomainDefineXMLFlags", pointer, xml, 0));
    }

    void start(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainCreateWithFlags", domain, 0));
    }

    void suspend(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainSuspend", domain));
    }

    void resume(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainResume", domain));
    }

    /** Writes the memory to the host's storage and ends the emulator; may take minutes. */
    void save(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainManagedSave", domain, 0));
    }

    void forgetSaved(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainManagedSaveRemove", domain, 0));
    }

    /** Asks the guest to end. It may not listen. */
    void askToShutDown(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainShutdown", domain));
    }

    void destroy(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainDestroy", domain));
    }

    void undefine(UUID uuid) throws LibvirtException {
        with(uuid, domain -> library.checked("virDomainUndefineFlags", domain, UNDEFINE_WITH_EVERYTHING));
    }

    /** Whether there is such a pool; one that is there is made active. */
    boolean hasPool(String pool) throws LibvirtException {
        try {
            withPool(pool, found -> {
                if (library.checked("virStoragePoolIsActive", found) == 0) {
                    library.checked("virStoragePoolCreate", found, 0);
                }
                return found;
            });
            return true;
        } catch (LibvirtException e) {
            if (e.is(LibvirtException.NO_STORAGE_POOL)) {
                return false;
            }
            throw e;
        }
    }

    /** Defines and starts a pool, which is started with the daemon from now on. */
    void makePool(String pool, String xml) throws LibvirtException {
        library.integer("virStoragePoolFree", library.made("virStoragePoolDefineXML", pointer, xml, 0));
        withPool(pool, made -> {
            library.checked("virStoragePoolSetAutostart", made, 1);
            return library.checked("virStoragePoolCreate", made, 0);
        });
    }

    String poolXml(String pool) throws LibvirtException {
        return withPool(pool, found -> library.text("virStoragePoolGetXMLDesc", found, 0));
    }

    /** The capacity of a volume in bytes; empty where there is none of that name, also after looking anew. */
    Optional<Long> volumeBytes(String pool, String volume) throws LibvirtException {
        return withPool(pool, found -> {
            if (!exists(found, volume)) {
                library.checked("virStoragePoolRefresh", found, 0);
                if (!exists(found, volume)) {
                    return Optional.empty();
                }
            }
            return Optional.of(withVolume(found, volume, handle -> {
                try (Arena arena = Arena.ofConfined()) {
                    // int type, unsigned long long capacity, unsigned long long allocation
                    MemorySegment info = arena.allocate(24, Long.BYTES);
                    library.checked("virStorageVolGetInfo", handle, info);
                    return info.get(JAVA_LONG, 8);
                }
            }));
        });
    }

    private boolean exists(MemorySegment pool, String volume) throws LibvirtException {
        try {
            withVolume(pool, volume, handle -> handle);
            return true;
        } catch (LibvirtException e) {
            if (e.is(LibvirtException.NO_STORAGE_VOL)) {
                return false;
            }
            throw e;
        }
    }

    /** Makes a volume unless there is one of that name. */
    void makeVolume(String pool, String volume, String xml) throws LibvirtException {
        withPool(pool, found -> {
            if (!exists(found, volume)) {
                library.integer("virStorageVolFree", library.made("virStorageVolCreateXML", found, xml, 0));
            }
            return found;
        });
    }

    /** Writes text to the beginning of a volume that is long enough for it. */
    void upload(String pool, String volume, String text) throws LibvirtException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        withPool(
                pool,
                found -> withVolume(found, volume, handle -> {
                    MemorySegment stream = library.made("virStreamNew", pointer, 0);
                    try (Arena arena = Arena.ofConfined()) {
                        library.checked("virStorageVolUpload", handle, stream, 0L, (long) bytes.length, 0);
                        MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
                        long sent = 0;
                        while (sent < bytes.length) {
                            sent += library.checked("virStreamSend", stream, data.asSlice(sent), bytes.length - sent);
                        }
                        return library.checked("virStreamFinish", stream);
                    } finally {
                        // Aborts what was not finished.
                        library.integer("virStreamFree", stream);
                    }
                }));
    }

    /** Deletes a volume; one that is not there is no matter. */
    void deleteVolume(String pool, String volume) throws LibvirtException {
        try {
            withPool(
                    pool,
                    found -> withVolume(
                            found, volume, handle -> library.checked("virStorageVolDelete", handle, DELETE_PLAINLY)));
        } catch (LibvirtException e) {
            if (!e.is(LibvirtException.NO_STORAGE_VOL) && !e.is(LibvirtException.NO_STORAGE_POOL)) {
                throw e;
            }
        }
    }

    /** What is done with a handle that must be given back. */
    @FunctionalInterface
    private interface Use<T> {
        T of(MemorySegment handle) throws LibvirtException;
    }

    private <T> T with(UUID uuid, Use<T> use) throws LibvirtException {
        return using(library.made("virDomainLookupByUUIDString", pointer, uuid.toString()), "virDomainFree", use);
    }

    private <T> T withPool(String name, Use<T> use) throws LibvirtException {
        return using(library.made("virStoragePoolLookupByName", pointer, name), "virStoragePoolFree", use);
    }

    private <T> T withVolume(MemorySegment pool, String name, Use<T> use) throws LibvirtException {
        return using(library.made("virStorageVolLookupByName", pool, name), "virStorageVolFree", use);
    }

    private <T> T using(MemorySegment handle, String free, Use<T> use) throws LibvirtException {
        try {
            return use.of(handle);
        } finally {
            library.integer(free, handle);
        }
    }
}
