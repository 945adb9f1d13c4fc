package dev.warmfront.cost;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the recorded workloads are, if they are: {@code WARMFRONT_TRACES}, else {@code ../shared/traces} beside the checkout. */
final class Traces {

    private Traces() {}

    /** A folder of the traces; skips the calling test, with the reason, where it is absent. */
    static Path folder(String name) {
        String configured = System.getenv("WARMFRONT_TRACES");
        // Surefire runs in the module's folder: the checkout is its parent.
        Path root = configured != null
                ? Path.of(configured)
                : Path.of("").toAbsolutePath().resolve("../../shared/traces").normalize();
        Path folder = root.resolve(name);
        assumeTrue(
                Files.isDirectory(folder),
                () -> "no recorded traces at " + folder + ": set WARMFRONT_TRACES to the folder that holds " + name);
        return folder;
    }
}
