package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstanceProcessesTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void findsTheProcessesOfARootAndEndsThemAlone() throws IOException, InterruptedException {
        assumeThat(InstanceProcesses.visible()).as("/proc tells environments").isTrue();
        Path root = folder.resolve("instances");
        Process agent = sleeper(root.resolve("i-1"), "i-1", false);
        Process task = sleeper(root.resolve("i-1/work"), "i-1", true);
        Process stranger = sleeper(folder.resolve("other/i-1"), "i-1", false);
        try {
            assertThat(InstanceProcesses.under(root))
                    .extracting(InstanceProcesses.Owned::process)
                    .containsExactlyInAnyOrder(agent.toHandle(), task.toHandle());
            assertThat(InstanceProcesses.under(root))
                    .filteredOn(InstanceProcesses.Owned::agent)
                    .extracting(InstanceProcesses.Owned::instance)
                    .containsExactly("i-1");
            // A task that goes on after its agent has ended: force ends it, and does not wait for long in a test.
            task.destroy();

            InstanceProcesses.end(root);

            assertThat(InstanceProcesses.under(root)).isEmpty();
            assertThat(agent.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            agent.destroyForcibly();
            task.destroyForcibly();
            stranger.destroyForcibly();
        }
    }

    private static Process sleeper(Path home, String instance, boolean task) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "60");
        builder.environment().put("WARMFRONT_INSTANCE", instance);
        builder.environment().put("WARMFRONT_HOME", home.toString());
        if (task) {
            builder.environment().put("WARMFRONT_TASK", "t-1");
        }
        return builder.start();
    }
}
