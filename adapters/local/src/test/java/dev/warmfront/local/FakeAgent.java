package dev.warmfront.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for the agent: notes its starts and its environment, starts a task that leaves its session as real tasks do,
 * and counts on for as long as it is not frozen.
 */
public final class FakeAgent {

    private static final long TICK_MILLIS = 10;

    private FakeAgent() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getenv("WARMFRONT_HOME"));
        ProcessBuilder task = new ProcessBuilder("setsid", "sleep", "300").inheritIO();
        Map<String, String> environment = task.environment();
        environment.keySet().retainAll(java.util.Set.of("PATH", "WARMFRONT_INSTANCE"));
        environment.put("WARMFRONT_AGENT_HOME", home.toString());
        task.start();
        // A task that cleared its environment: found as a descendant while the agent lives.
        ProcessBuilder bare = new ProcessBuilder("sleep", "300").inheritIO();
        bare.environment().keySet().retainAll(java.util.Set.of("PATH"));
        bare.start();
        Files.writeString(
                home.resolve("environment"), String.join("\n", System.getenv().keySet()));
        Files.writeString(
                home.resolve("starts"),
                ProcessHandle.current().pid() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        for (long tick = 0; ; tick++) {
            Files.writeString(home.resolve("ticks"), Long.toString(tick));
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
    }
}
