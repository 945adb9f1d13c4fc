package dev.warmfront.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls into {@code libvirt.so.0} by the foreign function API. A function's signature is read off the arguments of its call:
 * {@code Integer} is a C int, {@code Long} a long or long long, {@code String} a {@code const char *}, {@code null} the null
 * pointer. The library is loaded when it is first needed, so that builds and other providers do without it.
 *
 * <p>libvirt keeps the last error per operating-system thread, so whoever calls must stay on one: {@link Lane} sees to that.
 */
// Restricted methods are the point of this class; the product's manifest grants native access.
@SuppressWarnings("restricted")
final class NativeLibrary {

    private static final String FILE = "libvirt.so.0";

    /** As long as C may like a string to be; beyond it there is no terminator to be found. */
    private static final long LONGEST_STRING_BYTES = 64L << 20;

    private static final Linker LINKER = Linker.nativeLinker();
    private static @Nullable NativeLibrary loaded;

    private final SymbolLookup symbols;
    private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();
    private final MethodHandle free;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
        this.free =
                LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
    }

    /**
     * The library, loaded and initialised once for this process.
     *
     * @throws IllegalArgumentException when it is not installed; the message says what to install
     */
    static synchronized NativeLibrary load() {
        NativeLibrary library = loaded;
        if (library == null) {
            library = new NativeLibrary(find());
            library.initialise();
            loaded = library;
        }
        return library;
    }

    private static SymbolLookup find() {
        try {
            return SymbolLookup.libraryLookup(FILE, Arena.global());
        } catch (IllegalArgumentException absent) {
            throw new IllegalArgumentException(
                    "the kind libvirt needs the library " + FILE
                            + " on the control plane's machine: install libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora)",
                    absent);
        }
    }

    private void initialise() {
        try {
            MethodHandle quiet = MethodHandles.lookup()
                    .findStatic(
                            NativeLibrary.class,
                            "ignore",
                            MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class));
            // Without a handler libvirt writes every error to standard error as well.
            nothing("virSetErrorFunc", null, upcall(quiet, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        integer("virInitialize");
        integer("virEventRegisterDefaultImpl");
        Thread.ofPlatform().daemon().name("libvirt-events").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                integer("virEventRunDefaultImpl");
            }
        });
    }

    // Called by libvirt.
    @SuppressWarnings("unused")
    private static void ignore(MemorySegment userData, MemorySegment error) {
        // What went wrong is read by the thread that called.
    }

    /** A function pointer for libvirt that lives as long as the process. The target must never throw. */
    static MemorySegment upcall(MethodHandle target, FunctionDescriptor descriptor) {
        return LINKER.upcallStub(target, descriptor, Arena.global());
    }

    int integer(String function, @Nullable Object... arguments) {
        return (int) invoke(function, JAVA_INT, arguments);
    }

    MemorySegment pointer(String function, @Nullable Object... arguments) {
        return (MemorySegment) invoke(function, ADDRESS, arguments);
    }

    void nothing(String function, @Nullable Object... arguments) {
        invoke(function, null, arguments);
    }

    /** A call that gives a negative number where it fails. */
    int checked(String function, @Nullable Object... arguments) throws LibvirtException {
        int result = integer(function, arguments);
        if (result < 0) {
            throw lastError(function);
        }
        return result;
    }

    /** A call that gives the null pointer where it fails. */
    MemorySegment made(String function, @Nullable Object... arguments) throws LibvirtException {
        MemorySegment result = pointer(function, arguments);
        if (result.address() == 0) {
            throw lastError(function);
        }
        return result;
    }

    /** A call that gives a string, which it allocated for its caller. */
    String text(String function, @Nullable Object... arguments) throws LibvirtException {
        MemorySegment allocated = made(function, arguments);
        try {
            return read(allocated);
        } finally {
            release(allocated);
        }
    }

    /** Gives back what libvirt allocated for its caller. */
    void release(MemorySegment allocated) {
        try {
            free.invokeExact(allocated);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String read(MemorySegment string) {
        return string.reinterpret(LONGEST_STRING_BYTES).getString(0);
    }

    private LibvirtException lastError(String function) {
        int code = integer("virGetLastErrorCode");
        MemorySegment message = pointer("virGetLastErrorMessage");
        return new LibvirtException(code, message.address() == 0 ? function + " failed" : read(message));
    }

    private Object invoke(String function, @Nullable ValueLayout result, @Nullable Object... arguments) {
        MethodHandle handle = handles.computeIfAbsent(function, name -> {
            MemoryLayout[] layouts =
                    Arrays.stream(arguments).map(NativeLibrary::layout).toArray(MemoryLayout[]::new);
            return LINKER.downcallHandle(
                    symbols.findOrThrow(name),
                    result == null ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(result, layouts));
        });
        try (Arena arena = Arena.ofConfined()) {
            Object[] passed =
                    Arrays.stream(arguments).map(value -> passed(value, arena)).toArray();
            Object answer = handle.invokeWithArguments(passed);
            return answer == null ? MemorySegment.NULL : answer;
        } catch (Throwable impossible) {
            // A native function throws nothing: only a wrong argument type comes here.
            throw new IllegalStateException("cannot call " + function, impossible);
        }
    }

    private static ValueLayout layout(@Nullable Object argument) {
        return switch (argument) {
            case Integer number -> JAVA_INT;
            case Long number -> JAVA_LONG;
            case null, default -> ADDRESS;
        };
    }

    private static Object passed(@Nullable Object argument, Arena arena) {
        return switch (argument) {
            case null -> MemorySegment.NULL;
            case String text -> arena.allocateFrom(text);
            case byte[] bytes -> arena.allocateFrom(JAVA_BYTE, bytes);
            default -> argument;
        };
    }
}
