package dev.warmfront.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Passes libvirt's lifecycle events on, as the UUID of the domain alone: their order may be inverted and their details are
 * lost with the daemon, so whoever is told reads the state.
 */
final class Lifecycle {

    private static final int UUID_STRING_BYTES = 37;
    private static final Map<Long, Consumer<String>> LISTENERS = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final MemorySegment CALLBACK = callback();

    private Lifecycle() {}

    private static MemorySegment callback() {
        try {
            return NativeLibrary.upcall(
                    MethodHandles.lookup()
                            .findStatic(
                                    Lifecycle.class,
                                    "happened",
                                    MethodType.methodType(
                                            int.class,
                                            MemorySegment.class,
                                            MemorySegment.class,
                                            int.class,
                                            int.class,
                                            MemorySegment.class)),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins to tell of every domain's events over a connection. The listener must be quick and must not throw. */
    static Subscription subscribe(NativeLibrary library, MemorySegment connection, Consumer<String> listener)
            throws LibvirtException {
        long number = NUMBERS.incrementAndGet();
        LISTENERS.put(number, listener);
        try {
            int id = library.checked(
                    "virConnectDomainEventRegisterAny",
                    connection,
                    null,
                    0, // lifecycle events
                    CALLBACK,
                    MemorySegment.ofAddress(number),
                    null);
            return new Subscription(library, connection, number, id);
        } catch (LibvirtException refused) {
            LISTENERS.remove(number);
            throw refused;
        }
    }

    /** Events over one connection; it holds the connection until it is ended. */
    record Subscription(NativeLibrary library, MemorySegment connection, long number, int id) {
        void end() {
            LISTENERS.remove(number);
            library.integer("virConnectDomainEventDeregisterAny", connection, id);
        }
    }

    // Called by libvirt, on its event thread; an exception here would end the process.
    @SuppressWarnings({"unused", "CatchAndPrintStackTrace"})
    private static int happened(
            MemorySegment connection, MemorySegment domain, int event, int detail, MemorySegment opaque) {
        try (Arena arena = Arena.ofConfined()) {
            Consumer<String> listener = LISTENERS.get(opaque.address());
            if (listener != null) {
                MemorySegment uuid = arena.allocate(UUID_STRING_BYTES);
                if (NativeLibrary.load().integer("virDomainGetUUIDString", domain, uuid) == 0) {
                    listener.accept(uuid.getString(0));
                }
            }
        } catch (RuntimeException bug) {
            System.getLogger(Lifecycle.class.getName())
                    .log(System.Logger.Level.WARNING, "an event of libvirt was not understood", bug);
        }
        return 0;
    }
}
