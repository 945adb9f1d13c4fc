package dev.warmfront.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Machines that run the agent, as the bootstrap script would have it, as processes of this machine: with a stand-in in front
 * the whole control plane can be tried without a cloud.
 */
public final class BootedAgents implements Machinery, AutoCloseable {

    private static final Pattern SETTING = Pattern.compile("^(WARMFRONT_[A-Z_]+)=(.*)$", Pattern.MULTILINE);
    private static final long TERM_SECONDS = 5;

    private final Path agentJar;
    private final Path root;
    private final MetadataStandIn metadata;
    private final Map<String, CompletableFuture<Process>> agents = new HashMap<>();

    /**
     * @param root folder that gets a folder per machine
     */
    public BootedAgents(Path agentJar, Path root) throws IOException {
        this.agentJar = agentJar;
        this.root = root;
        this.metadata = new MetadataStandIn();
    }

    @Override
    public synchronized void up(String ref, String script) {
        // One agent per folder: the last one has to be gone before the next comes.
        CompletableFuture<Process> last = agents.get(ref);
        agents.put(
                ref,
                last == null
                        ? CompletableFuture.supplyAsync(() -> start(ref, script))
                        : last.thenCompose(Process::onExit).thenApply(gone -> start(ref, script)));
    }

    @Override
    public synchronized void down(String ref) {
        CompletableFuture<Process> agent = agents.get(ref);
        if (agent != null) {
            var unused = agent.thenAccept(BootedAgents::end);
        }
    }

    @Override
    public void noticed(String ref, Duration notice) {
        metadata.interrupt(ref, notice);
    }

    private Process start(String ref, String script) {
        Path home = root.resolve(ref.replace('/', '.'));
        try {
            Files.createDirectories(home);
            ProcessBuilder agent = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m",
                    "-jar",
                    agentJar.toString());
            Matcher setting = SETTING.matcher(script);
            while (setting.find()) {
                agent.environment().put(setting.group(1), setting.group(2));
            }
            agent.environment().put("WARMFRONT_HOME", home.toString());
            agent.environment().put("WARMFRONT_METADATA_URL", metadata.url(ref));
            return agent.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.resolve("agent.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process agent) {
        agent.destroy();
        try {
            if (!agent.waitFor(TERM_SECONDS, TimeUnit.SECONDS)) {
                agent.destroyForcibly();
            }
        } catch (InterruptedException e) {
            agent.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every agent. */
    @Override
    public synchronized void close() {
        agents.values().forEach(agent -> agent.thenAccept(BootedAgents::end).join());
        metadata.close();
    }
}
