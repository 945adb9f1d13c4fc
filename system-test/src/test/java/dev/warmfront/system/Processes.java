package dev.warmfront.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What really runs on this machine, read from /proc, so that the product's own view is not its witness. */
final class Processes {

    private static final String MARK = "WARMFRONT_INSTANCE=";

    private Processes() {}

    /**
     * A live process that belongs to an instance.
     *
     * @param instance the instance id in its environment
     * @param agent whether it is the instance's agent rather than a task
     */
    record Owned(ProcessHandle process, String instance, boolean agent) {}

    /** Processes whose environment says that they belong to an instance under {@code root}. */
    static List<Owned> under(Path root) {
        List<Owned> owned = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> read(process, root).ifPresent(owned::add));
        return owned;
    }

    private static Optional<Owned> read(ProcessHandle process, Path root) {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        try {
            String environment = Files.readString(folder.resolve("environ"), StandardCharsets.ISO_8859_1);
            int at = environment.indexOf(MARK);
            if (at < 0 || !environment.contains(root.toString())) {
                return Optional.empty();
            }
            int end = environment.indexOf('\0', at);
            String instance = environment.substring(at + MARK.length(), end < 0 ? environment.length() : end);
            return Optional.of(new Owned(process, instance, !environment.contains("WARMFRONT_TASK=")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
