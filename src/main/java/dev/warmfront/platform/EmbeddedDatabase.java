package dev.warmfront.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A PostgreSQL server of our own on a folder that outlives the process. */
final class EmbeddedDatabase {

    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 8;

    /** Servers by folder: configuration is read more than once in a process. */
    private static final Map<Path, Integer> RUNNING = new HashMap<>();

    private static final AtomicBoolean LEFT_TO_APPLICATION = new AtomicBoolean();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(EmbeddedDatabase::stopUnlessLeft, "stop-postgresql"));
    }

    private EmbeddedDatabase() {}

    /** The application has started: it stops the server when it has let go of it, and not sooner. */
    static void leaveToApplication() {
        LEFT_TO_APPLICATION.set(true);
    }

    private static void stopUnlessLeft() {
        if (!LEFT_TO_APPLICATION.get()) {
            stopAll();
        }
    }

    /** Starts the server on the folder, or adopts the one that a killed process left running there; gives its port. */
    static synchronized int start(Path folder) {
        return RUNNING.computeIfAbsent(folder, EmbeddedDatabase::startOrAdopt);
    }

    private static int startOrAdopt(Path folder) {
        try {
            Files.createDirectories(folder);
            Optional<Integer> left = adopt(folder.resolve("data"));
            return left.isPresent() ? left.get() : launch(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "PostgreSQL could not be started on " + folder + "; its log is " + log(folder)
                            + ". Set QUARKUS_DATASOURCE_REACTIVE_URL to use a server of yours.",
                    e);
        }
    }

    private static int launch(Path folder) throws IOException {
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.appendTo(log(folder).toFile());
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                // To a file, not to a pipe: the server must outlive a killed parent.
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setPGStartupWait(Duration.ofSeconds(60))
                // The library trades durability for speed, which suits its tests and not our promises.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .start()
                .getPort();
    }

    private static Path log(Path folder) {
        return folder.resolve("server.log");
    }

    private static Optional<Integer> adopt(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        // The last line is the postmaster's status; the others are pid, folder, start time, port, …
        boolean ready = lines.size() >= STATUS_LINE
                && isPostgres(Long.parseLong(lines.get(PID_LINE).strip()))
                && lines.getLast().strip().equals("ready");
        return ready ? Optional.of(Integer.parseInt(lines.get(PORT_LINE).strip())) : Optional.empty();
    }

    private static boolean isPostgres(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
    }

    /** Stops every server that this process started or adopted: who holds it last, stops it. */
    static synchronized void stopAll() {
        RUNNING.keySet().forEach(EmbeddedDatabase::stop);
        RUNNING.clear();
    }

    private static void stop(Path folder) {
        try {
            Path pidFile = folder.resolve("data").resolve("postmaster.pid");
            if (!Files.exists(pidFile)) {
                return;
            }
            String pid = Files.readAllLines(pidFile).getFirst().strip();
            // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client.
            Process kill = new ProcessBuilder("kill", "-INT", pid).inheritIO().start();
            kill.waitFor(5, TimeUnit.SECONDS);
            Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(pid));
            if (server.isPresent()) {
                server.get().onExit().get(20, TimeUnit.SECONDS);
            }
        } catch (IOException | java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            System.err.println("PostgreSQL on " + folder + " was asked to stop and has not yet: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
