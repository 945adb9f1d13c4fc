package dev.warmfront.system;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server of the test's own, durable, that can be killed and started again on the same data and port. */
final class Postgres implements AutoCloseable {

    private final Path folder;
    private int port;
    private @Nullable EmbeddedPostgres server;

    Postgres(Path folder) {
        this.folder = folder;
    }

    Postgres start() throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("pg"))
                .setOverrideWorkingDirectory(folder.resolve("pg-binaries").toFile())
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200")
                .setPGStartupWait(Duration.ofSeconds(60));
        if (port != 0) {
            builder.setPort(port);
        }
        EmbeddedPostgres started = builder.start();
        port = started.getPort();
        server = started;
        return this;
    }

    String reactiveUrl() {
        return "postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** {@code kill -9} of the postmaster; its children end themselves when they notice. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("pg/postmaster.pid"))
                .getFirst()
                .strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        postmaster.destroyForcibly();
        Fleet.await("PostgreSQL to be gone", Duration.ofSeconds(20), () -> !postmaster.isAlive());
        // Gives up its lock on the folder; there is nothing left to stop.
        close();
    }

    @Override
    public void close() throws IOException {
        EmbeddedPostgres current = server;
        if (current != null) {
            current.close();
        }
    }
}
