package dev.warmfront.libvirt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A libvirt daemon of the tests' own, with QEMU by emulation: a host that nobody else uses, of which there may be several on
 * one machine. Run by root, the daemon is nobody's, because a root's daemon would be the machine's own.
 */
public final class Hypervisor implements AutoCloseable {

    private static final String PACKAGES = "libvirt-daemon libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils";
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final String NOBODY = "nobody";

    private final Path folder;
    private final boolean root = "root".equals(System.getProperty("user.name"));
    private @Nullable Process daemon;

    /** Begins a host in a fresh folder. */
    public Hypervisor() throws IOException, InterruptedException {
        // A socket's path must be short, and nobody must be able to reach it.
        folder = Files.createTempDirectory(Path.of("/tmp"), "warmfront-vm");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("run", "config/libvirt", "cache", "data", "home", "pool")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(folder.resolve("config/libvirt/qemu.conf"), "stdio_handler = \"file\"\n");
        own(folder);
        start();
    }

    /** Why there can be no such host here, in one line that says what to install; empty when there can. */
    public static Optional<String> missing() {
        for (String need : List.of("libvirtd", "qemu-system-x86_64", "qemu-img", "setpriv")) {
            if (find(need).isEmpty()) {
                return Optional.of(need + " is missing; install with: apt-get install " + PACKAGES);
            }
        }
        return Libraries.missing();
    }

    /** Skips the tests, saying what to install, where something is missing; fails where WARMFRONT_VM_TESTS is "required". */
    public static void require(Optional<String> missing) {
        if ("required".equals(System.getenv("WARMFRONT_VM_TESTS")) && missing.isPresent()) {
            throw new AssertionError(missing.get());
        }
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    private static Optional<Path> find(String program) {
        return Stream.concat(
                        Stream.of(String.valueOf(System.getenv("PATH")).split(":", -1)),
                        Stream.of("/usr/sbin", "/sbin", "/usr/bin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Where {@code libvirt} finds it. */
    public String uri() {
        return "qemu+unix:///session?socket=" + folder.resolve("run/libvirt/libvirt-sock");
    }

    /** A folder that the host can read and write. */
    public Path pool() {
        return folder.resolve("pool");
    }

    /** Where it keeps the memory of guests in hibernation. */
    public Path saved() {
        return folder.resolve("config/libvirt/qemu/save");
    }

    /** Gives a file to the host's user. */
    public void own(Path path) throws IOException, InterruptedException {
        if (root) {
            run("chown", "-R", NOBODY, path.toString());
        }
    }

    /** Starts the daemon and waits until it answers. */
    public void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        asItsUser(find("libvirtd").orElseThrow().toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("libvirtd.log").toFile()));
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.resolve("home").toString(),
                        "XDG_RUNTIME_DIR", folder.resolve("run").toString(),
                        "XDG_CONFIG_HOME", folder.resolve("config").toString(),
                        "XDG_CACHE_HOME", folder.resolve("cache").toString(),
                        "XDG_DATA_HOME", folder.resolve("data").toString()));
        Process started = builder.start();
        daemon = started;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                Connection.open(NativeLibrary.load(), uri()).close();
                return;
            } catch (LibvirtException notYet) {
                if (!started.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("libvirtd does not answer, see " + folder + "/libvirtd.log", notYet);
                }
                Thread.sleep(50);
            }
        }
    }

    /** {@code kill -9} of the daemon; guests live on. */
    public void kill() throws InterruptedException {
        Process current = daemon;
        if (current != null) {
            current.destroyForcibly();
            current.waitFor();
        }
    }

    /** Holds the daemon or lets it go on: to others it looks like a host that hangs. */
    public void signal(String signal) throws IOException, InterruptedException {
        Process current = daemon;
        if (current != null) {
            run("kill", "-" + signal, Long.toString(current.pid()));
        }
    }

    /**
     * Takes memory away from the host, or gives it back: the emulators that the daemon starts from now on get no more from the
     * kernel than this.
     *
     * @param mebibytes at most so much address space each; empty for as much as there is
     */
    public void memoryOfNewGuests(OptionalInt mebibytes) throws IOException, InterruptedException {
        Process current = daemon;
        if (current != null) {
            String limit = mebibytes.isEmpty() ? "unlimited" : Long.toString((long) mebibytes.getAsInt() << 20);
            // The soft limit alone, which can be raised again by whoever lowered it.
            List<String> command = asItsUser("prlimit", "--pid", Long.toString(current.pid()), "--as=" + limit + ":");
            run(command.toArray(String[]::new));
        }
    }

    /** Even root may be forbidden to do some things to other users' processes, where it is not root of the machine. */
    private List<String> asItsUser(String... command) {
        List<String> whole = new ArrayList<>();
        if (root) {
            whole.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=65534", "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    /** The emulators of its guests. */
    public List<ProcessHandle> emulators() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(folder + "/"))
                .filter(process -> commandLine(process).contains("qemu-system-x86_64"))
                .toList();
    }

    /** The emulator of one guest. */
    public Optional<ProcessHandle> emulator(String uuid) {
        return emulators().stream()
                .filter(process -> commandLine(process).contains(uuid))
                .findFirst();
    }

    /** From the kernel, since the JDK gives no arguments of another user's process. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /** Makes an empty disk in the pool. */
    public void makeDisk(String name, String size) throws IOException, InterruptedException {
        run("qemu-img", "create", "-q", "-f", "qcow2", pool().resolve(name).toString(), size);
        own(pool());
    }

    /** Ends every guest and deletes what they left, so that the next test finds a fresh host. */
    public void clear() throws IOException {
        try (Connection connection = Connection.open(NativeLibrary.load(), uri())) {
            for (Connection.Domain domain : connection.domains()) {
                if (domain.active()) {
                    connection.destroy(domain.uuid());
                }
                connection.undefine(domain.uuid());
            }
            for (Path left : guestFiles()) {
                Files.delete(left);
            }
            if (connection.hasPool("warmfront")) {
                // Looking for what is not there makes the pool look anew.
                connection.volumeBytes("warmfront", "nothing");
            }
        } catch (LibvirtException e) {
            throw new IOException(e);
        }
    }

    /** Files of guests in the pool. */
    public List<Path> guestFiles() throws IOException {
        try (Stream<Path> files = Files.list(pool())) {
            return files.filter(file -> file.getFileName().toString().startsWith("warmfront-"))
                    .toList();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> ending = new ArrayList<>(emulators());
        Process current = daemon;
        if (current != null) {
            ending.add(current.toHandle());
        }
        ending.forEach(ProcessHandle::destroyForcibly);
        // What still runs would write into the folder while it is deleted.
        ending.forEach(process -> process.onExit().join());
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
