package dev.warmfront.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A control plane that this command runs on this machine, with its own PostgreSQL and with processes for machines. */
final class ControlPlane implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_MILLIS = 25;
    private static final long STOP_SECONDS = 30;

    private final Path home;
    private final Path data;
    private final int port;
    private final LocalFleet fleet;
    private @Nullable Process process;

    /**
     * @param home the repository, where the built jars are
     * @param data the data folder; made if missing
     * @param port where it listens, on 127.0.0.1
     */
    ControlPlane(Path home, Path data, int port, LocalFleet fleet) {
        this.home = home;
        this.data = data;
        this.port = port;
        this.fleet = fleet;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Path data() {
        return data;
    }

    Path log() {
        return data.resolve("control-plane.log");
    }

    Path instances() {
        return data.resolve("instances");
    }

    Path postmasterPid() {
        return data.resolve("postgresql/data/postmaster.pid");
    }

    long pid() {
        return running().pid();
    }

    /** The API with the operator's key. */
    Api operator() {
        try {
            return new Api(
                    url(), Files.readString(data.resolve(Context.OPERATOR_KEY)).strip(), "");
        } catch (IOException e) {
            throw CliException.failed("the control plane wrote no operator key into " + data + "; its log is " + log());
        }
    }

    /** Starts it; returns at once. */
    ControlPlane start(String... jvmFlags) {
        if (!isFree(port)) {
            throw CliException.failed("port " + port + " is taken; --port names another");
        }
        List<String> command = new ArrayList<>();
        // A session of its own: a Ctrl-C meant for this command must not reach the instances behind its back.
        if (onPath("setsid")) {
            command.add("setsid");
        }
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-XX:+UseSerialGC");
        command.addAll(List.of(jvmFlags));
        properties().forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(app(home).toString());
        try {
            Files.createDirectories(data);
            process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            return this;
        } catch (IOException e) {
            throw CliException.failed("cannot start the control plane: " + e.getMessage());
        }
    }

    private Map<String, String> properties() {
        Map<String, String> properties = fleet.properties(instances(), agentJar(home));
        properties.put("warmfront.data", data.toString());
        properties.put("warmfront.url", url().toString());
        properties.put("quarkus.http.host", "127.0.0.1");
        properties.put("quarkus.http.port", Integer.toString(port));
        return properties;
    }

    /** Waits until it takes requests; gives how long that took since this call. */
    Duration awaitReady() throws InterruptedException {
        long began = System.nanoTime();
        Api api = new Api(url(), "", "");
        while (!api.ready()) {
            if (!running().isAlive()) {
                throw CliException.failed("the control plane ended while starting; its log is " + log());
            }
            if (System.nanoTime() - began > READY_WITHIN.toNanos()) {
                throw CliException.failed(
                        "the control plane is not ready after " + READY_WITHIN.toSeconds() + " s; its log is " + log());
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Waits until it ends by itself; gives its exit code. */
    int await() throws InterruptedException {
        return running().waitFor();
    }

    /** Asks it to end, then insists; its database ends with it. Instances go on. */
    @Override
    public void close() {
        Process current = process;
        if (current == null) {
            return;
        }
        try {
            current.destroy();
            if (!current.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                current.destroyForcibly().waitFor();
            }
            stopDatabaseLeftBehind();
        } catch (InterruptedException e) {
            current.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void stopDatabaseLeftBehind() throws InterruptedException {
        try {
            if (!Files.exists(postmasterPid())) {
                return;
            }
            long pid = Long.parseLong(
                    Files.readAllLines(postmasterPid()).getFirst().strip());
            Optional<ProcessHandle> server = ProcessHandle.of(pid)
                    .filter(found -> found.info().command().orElse("").endsWith("postgres"));
            if (server.isPresent()) {
                server.get().destroy();
                server.get().onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException | java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw CliException.failed("PostgreSQL on " + data + " did not stop: " + e);
        }
    }

    /** Ends every process of every instance: agents first, which end what they run. */
    void endInstances() throws InterruptedException {
        InstanceProcesses.end(instances());
    }

    private Process running() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    /** The built application. */
    static Path app(Path home) {
        Path jar = home.resolve("src/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw CliException.failed("the control plane is not built (" + jar + "); ./warmfront builds it");
        }
        return jar;
    }

    /** The built agent. */
    static Path agentJar(Path home) {
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(home.resolve("agent/target"), "warmfront-agent-*.jar")) {
            for (Path jar : found) {
                return jar;
            }
        } catch (IOException e) {
            throw CliException.failed("the agent is not built (" + e.getMessage() + "); ./warmfront builds it");
        }
        throw CliException.failed("the agent is not built; ./warmfront builds it");
    }

    /** A port that nobody listens on now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a program of this name is on the PATH. */
    static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
