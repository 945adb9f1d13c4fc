package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One control plane process, as an operator would start it; it can be killed and started again on the same data. */
final class ControlPlane implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final String name;
    private final Path data;
    private final int port;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private @Nullable Process process;

    /**
     * @param name for its log file
     * @param data its data folder; what two of them share is the database and the secret
     * @param scratch where instances live
     */
    ControlPlane(String name, Path data, Path scratch) {
        this.name = name;
        this.data = data;
        this.port = freePort();
        with("warmfront.data", data.toString());
        with("quarkus.http.port", Integer.toString(port));
        with("quarkus.http.host", "127.0.0.1");
        with("warmfront.providers.local.kind", "local");
        with(
                "warmfront.providers.local.settings.root",
                scratch.resolve("instances").toString());
        with("warmfront.providers.local.settings.agent-jar", required("warmfront.agent-jar"));
        with("warmfront.providers.local.settings.max-instances", "6");
        with("warmfront.agent.lost-after", "6s");
        with("warmfront.sweep", "1s");
        with("warmfront.cell.lease", "3s");
    }

    ControlPlane with(String property, String value) {
        properties.put(property, value);
        return this;
    }

    /** Without the machines that are processes here. */
    ControlPlane withoutLocalMachines() {
        properties.keySet().removeIf(property -> property.startsWith("warmfront.providers.local."));
        return this;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it; returns at once. */
    ControlPlane start() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("-XX:+UseSerialGC");
        command.add("-Xmx256m");
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(required("warmfront.app"));
        try {
            Files.createDirectories(data);
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            data.resolve(name + ".log").toFile()))
                    .start();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready, and says how long that took. */
    Duration awaitReady() throws InterruptedException {
        long began = System.nanoTime();
        Api api = new Api(url(), "");
        while (!api.ready()) {
            assertThat(running())
                    .as("%s ended while starting, see %s", name, data)
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("%s is not ready, see %s", name, data)
                    .isLessThan(READY_WITHIN);
            Thread.sleep(50);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    boolean running() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** {@code kill -9}: nothing is flushed, closed or told. */
    void kill() throws InterruptedException {
        Process current = process;
        if (current != null) {
            current.destroyForcibly();
            current.waitFor();
        }
    }

    String operatorKey() throws IOException {
        return Files.readString(data.resolve("operator-key")).strip();
    }

    /** Asks it to end, then insists. */
    @Override
    public void close() {
        Process current = process;
        if (current != null) {
            current.destroy();
            try {
                if (!current.waitFor(20, TimeUnit.SECONDS)) {
                    current.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                current.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("system property " + property + " is missing; run by mvn verify");
        }
        return value;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
