package dev.warmfront.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes of local instances as the kernel knows them, so that the control plane is not its own witness. */
final class InstanceProcesses {

    private static final String MARK = "WARMFRONT_INSTANCE=";
    private static final Path PROC = Path.of("/proc");
    private static final Duration GRACE = Duration.ofSeconds(6);
    private static final long LOOK_AGAIN_MILLIS = 50;

    private InstanceProcesses() {}

    /**
     * A live process of an instance.
     *
     * @param instance the id that its environment carries
     * @param agent whether it is the agent rather than a task
     */
    record Owned(ProcessHandle process, String instance, boolean agent) {}

    /** Whether this system tells other processes' environments. */
    static boolean visible() {
        return Files.isReadable(PROC.resolve("self/environ"));
    }

    /** Processes of instances whose folders are under {@code root}; none where they are not {@link #visible}. */
    static List<Owned> under(Path root) {
        List<Owned> owned = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> read(process, root).ifPresent(owned::add));
        return owned;
    }

    private static Optional<Owned> read(ProcessHandle process, Path root) {
        Path file = PROC.resolve(Long.toString(process.pid())).resolve("environ");
        try {
            // A path's bytes are compared as Latin-1 on both sides, so that no character of it is lost.
            String environment = "\0" + Files.readString(file, StandardCharsets.ISO_8859_1);
            String folder = new String(root.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            int at = environment.indexOf('\0' + MARK);
            if (at < 0 || !environment.contains("=" + folder + "/")) {
                return Optional.empty();
            }
            int start = at + 1 + MARK.length();
            int end = environment.indexOf('\0', start);
            String instance = environment.substring(start, end < 0 ? environment.length() : end);
            boolean task =
                    environment.contains("\0WARMFRONT_TASK=") || environment.contains("\0WARMFRONT_ENVIRONMENT=");
            return Optional.of(new Owned(process, instance, !task));
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    /** Ends them all: a polite word to the agents, which end their tasks; then force for whatever is left. */
    static void end(Path root) throws InterruptedException {
        List<Owned> present = under(root);
        // A suspended process hears nothing until it goes on.
        present.forEach(owned -> signal("CONT", owned.process()));
        present.stream().filter(Owned::agent).forEach(owned -> owned.process().destroy());
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (!under(root).isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        List<Owned> left = under(root);
        left.forEach(owned -> owned.process().destroyForcibly());
        while (!under(root).isEmpty() && System.nanoTime() < deadline + GRACE.toNanos()) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static void signal(String name, ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSuchProgram) {
            // Without kill(1) a suspended process is ended by force, a little later.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
