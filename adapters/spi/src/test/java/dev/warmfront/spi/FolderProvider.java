package dev.warmfront.spi;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The example of docs/write-an-adapter.md, a whole adapter: an instance is a file of its tags and status. Nothing runs. */
final class FolderProvider implements ComputeProvider {

    /** Several providers may be open over one folder in this process. */
    private static final Object FOLDERS = new Object();

    private final Path folder;
    private final Offering offering;
    private final int capacity;

    FolderProvider(Path folder, Offering offering, int capacity) {
        this.folder = folder;
        this.offering = offering;
        this.capacity = capacity;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.STOP);
    }

    @Override
    public List<Offering> offerings() {
        return List.of(offering);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        // The name is the token's: a second launch of one intent finds the first one's file, whoever made it.
        byte[] token = request.token().value().getBytes(StandardCharsets.UTF_8);
        String ref = UUID.nameUUIDFromBytes(token).toString();
        synchronized (FOLDERS) {
            if (Files.exists(folder.resolve(ref))) {
                return new ProviderOutcome.Accepted(ref);
            }
            if (!request.offering().id().equals(offering.id())) {
                return new ProviderOutcome.Invalid(
                        "this folder does not offer " + request.offering().id());
            }
            if (living().size() >= capacity) {
                return new ProviderOutcome.InsufficientCapacity(
                        "a", offering.machineType().name());
            }
            write(new ProviderInstance(ref, request.tags(), Status.RUNNING));
            return new ProviderOutcome.Accepted(ref);
        }
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return become(ref, Status.RUNNING);
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return mode == StandbyMode.STOPPED ? become(ref, Status.STOPPED) : new ProviderOutcome.Unsupported(mode.name());
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return become(ref, Status.TERMINATED);
    }

    private ProviderOutcome become(String ref, Status status) {
        synchronized (FOLDERS) {
            for (ProviderInstance held : living()) {
                if (held.ref().equals(ref)) {
                    write(new ProviderInstance(ref, held.tags(), status));
                    return new ProviderOutcome.Accepted(ref);
                }
            }
            return new ProviderOutcome.NotFound();
        }
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        synchronized (FOLDERS) {
            return living().stream()
                    .filter(held -> held.tags().installation().equals(installation))
                    .toList();
        }
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return () -> {}; // EVENTS is not declared, so nothing is ever told
    }

    @Override
    public void close() {} // there is no connection, and the files stay

    private List<ProviderInstance> living() {
        List<ProviderInstance> living = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                InstanceTags tags = new InstanceTags(
                        lines.get(0),
                        new CellId(lines.get(1)),
                        new InstanceId(lines.get(2)),
                        new IntentToken(lines.get(3)));
                Status status = Status.valueOf(lines.get(4));
                if (status != Status.TERMINATED) {
                    living.add(new ProviderInstance(file.getFileName().toString(), tags, status));
                }
            }
            return living;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(ProviderInstance instance) {
        InstanceTags tags = instance.tags();
        List<String> lines = List.of(
                tags.installation(),
                tags.cell().value(),
                tags.instance().value(),
                tags.intent().value(),
                instance.status().name());
        try {
            Files.write(folder.resolve(instance.ref()), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
