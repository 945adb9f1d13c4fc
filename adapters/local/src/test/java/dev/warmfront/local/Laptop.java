package dev.warmfront.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A root folder with the fake agent's jar; closing it ends what is left there and deletes it. */
final class Laptop implements AutoCloseable {

    static final String INSTALLATION = "test";
    static final String SECRET = "a-registration-secret";

    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long POLL_MILLIS = 10;

    private final Path folder;
    private final Map<String, String> settings = new TreeMap<>();

    Laptop() throws IOException {
        folder = Files.createTempDirectory("warmfront-local-test").toRealPath();
        settings.put("root", root().toString());
        settings.put("agent-jar", jar().toString());
    }

    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeAgent.class.getName());
        Path jar = folder.resolve("agent.jar");
        String entry = FakeAgent.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var in = ClassLoader.getSystemResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            assertThat(in).isNotNull();
            in.transferTo(out);
        }
        return jar;
    }

    Laptop with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Map<String, String> settings() {
        return settings;
    }

    Path root() {
        return folder.resolve("instances");
    }

    Path home(String ref) {
        return root().resolve(ref).resolve("home");
    }

    ComputeProvider open() {
        return new LocalProviderFactory().create(new ProviderId("local"), settings);
    }

    LocalProvider open(Checkpoint checkpoint) throws IOException {
        return LocalProvider.open(new ProviderId("local"), LocalSettings.parse(settings), checkpoint);
    }

    static LaunchRequest request(ComputeProvider provider, String instance, String token) {
        IntentToken intent = new IntentToken(token);
        return new LaunchRequest(
                intent,
                new InstanceTags(INSTALLATION, new CellId("default"), new InstanceId(instance), intent),
                provider.offerings().getFirst(),
                URI.create("http://127.0.0.1:9"),
                SECRET);
    }

    /** Launches an instance and waits until its agent has started its tasks. */
    String launch(ComputeProvider provider, String instance) throws Exception {
        assertThat(provider.launch(request(provider, instance, "launch-" + instance)))
                .isEqualTo(new ProviderOutcome.Accepted(instance));
        awaitStarts(instance, 1);
        return instance;
    }

    /** The pids with which the instance's agent has started so far, once there are that many. */
    List<Long> awaitStarts(String ref, int count) throws Exception {
        await(count + " starts of " + ref, () -> starts(ref).size() >= count);
        return starts(ref);
    }

    List<Long> starts(String ref) throws IOException {
        Path starts = home(ref).resolve("starts");
        return Files.exists(starts)
                ? Files.readAllLines(starts).stream().map(Long::valueOf).toList()
                : List.of();
    }

    /** Living processes with this folder anywhere in their environment, seen with eyes other than the product's. */
    List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(this::isOurs)
                .toList();
    }

    private boolean isOurs(long pid) {
        try {
            Path proc = Path.of("/proc", Long.toString(pid));
            String environment = Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
            return environment.contains(folder.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    static boolean alive(long pid) {
        return ProcessTable.identify(pid).isPresent();
    }

    /** KILL, as the kernel's out-of-memory killer or an impatient operator sends it. */
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waiting for: %s", what).isLessThan(deadline);
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        for (int round = 0; round < 3 && !processes().isEmpty(); round++) {
            // Before the folder goes: a watcher of a provider that was not closed could start something again.
            try (ComputeProvider provider = open()) {
                try (Stream<Path> instances = Files.list(root())) {
                    instances
                            .map(path -> path.getFileName().toString())
                            .forEach(ref -> provider.terminate(ref, new IntentToken("cleanup")));
                }
            }
        }
        List<Long> left = processes();
        left.forEach(Laptop::kill);
        Trees.delete(folder);
        assertThat(left).as("processes left behind").isEmpty();
    }
}
