package dev.warmfront.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real agent inside the test's process. */
final class RunningAgent {

    private final Agent agent;
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    RunningAgent(StubControlPlane controlPlane, Path home) throws Exception {
        this(controlPlane, home, null);
    }

    RunningAgent(StubControlPlane controlPlane, Path home, @Nullable Long cacheBytes) throws Exception {
        agent = Agent.open(new AgentConfig(
                controlPlane.url(), "i-test-1", StubControlPlane.REGISTRATION_TOKEN, home, cacheBytes, null));
        Thread.ofVirtual().start(() -> {
            try {
                exitCode.complete(agent.run());
            } catch (InterruptedException | RuntimeException failure) {
                exitCode.completeExceptionally(failure);
            }
        });
    }

    int awaitExit(Duration patience) throws Exception {
        return exitCode.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends it as SIGTERM does. */
    void close() throws Exception {
        agent.shutdown();
        awaitExit(Duration.ofSeconds(5));
    }
}
