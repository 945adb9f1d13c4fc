package dev.warmfront.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One running command: waits for its end, or brings it about. */
final class Execution {

    /** How long a command has between TERM and KILL. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** When to look at a young process: most tasks that end before the first sample are seen at least once. */
    private static final long[] FIRST_LOOKS_MILLIS = {6, 25, 100, 400};

    /**
     * How it ended.
     *
     * @param end EXITED unless we ended it or it ran out of memory
     * @param exitCode as the shell counts: 128 + signal where a signal ended it
     */
    record Outcome(Report.End end, int exitCode, Usage usage) {}

    private final Process process;
    private final ProcessTree tree;
    private final Path farewell;
    private final long startedNanos;
    private final long timeoutNanos;
    private final Meter meter;

    /** Null while it runs; decided once, by the process or by who stops it first. */
    private final AtomicReference<Report.@Nullable End> end = new AtomicReference<>();

    Execution(Process process, ProcessTree tree, Path farewell, long startedNanos, Duration timeout) {
        this.process = process;
        this.tree = tree;
        this.farewell = farewell;
        this.startedNanos = startedNanos;
        this.timeoutNanos = timeout.toNanos();
        this.meter = new Meter(tree, startedNanos);
    }

    long pid() {
        return process.pid();
    }

    Meter meter() {
        return meter;
    }

    /** It may use so much from now on, where there is a control group to hold it to that. */
    void adjust(Desired.Limits limits) {
        Cgroup group = tree.group();
        if (group != null) {
            Cgroups.adjust(group, limits);
        }
    }

    /** Ends it: TERM to all, {@code grace}, KILL to all. Returns at once; has no effect after the first time or the end. */
    void stop(Report.End why, Duration grace) {
        if (end.compareAndSet(null, why)) {
            Thread.startVirtualThread(() -> {
                try {
                    tree.terminate();
                    process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS);
                    tree.kill();
                    process.destroyForcibly();
                } catch (InterruptedException never) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Waits for the end of the command and of all it left behind. One caller. */
    Outcome await() throws InterruptedException {
        for (long millis : FIRST_LOOKS_MILLIS) {
            if (process.waitFor(Math.min(millis * 1_000_000, timeoutNanos) - elapsedNanos(), TimeUnit.NANOSECONDS)
                    || elapsedNanos() > timeoutNanos) {
                break;
            }
            meter.look(tree.group() == null ? ProcFs.all() : List.of());
        }
        if (!process.waitFor(timeoutNanos - elapsedNanos(), TimeUnit.NANOSECONDS)) {
            stop(Report.End.TIMED_OUT, GRACE);
        }
        int exitCode = process.waitFor();
        long wallNanos = elapsedNanos();
        end.compareAndSet(null, Report.End.EXITED);
        Report.End how = end.get();
        tree.sweep();
        Usage usage = meter.close(farewell, wallNanos);
        Cgroup group = tree.group();
        if (group != null && how == Report.End.EXITED && exitCode != 0 && group.outOfMemory()) {
            how = Report.End.OUT_OF_MEMORY;
        }
        return new Outcome(how == null ? Report.End.EXITED : how, exitCode, usage);
    }

    /** Frees what the kernel holds for it; may take a moment, so after the end was reported. */
    void close() throws InterruptedException {
        Cgroup group = tree.group();
        if (group != null) {
            group.remove();
        }
    }

    private long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }
}
