package dev.warmfront.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures one process tree. CPU time is the control group's where there is one (exact), else the sum over /proc, which
 * counts ended children through their parents. All totals only grow: a part of the tree that vanished between two looks
 * keeps what was last seen of it. The leader is our own small shell and its memory is not counted.
 */
final class Meter {

    /** Rates over less than this are noise. */
    private static final long MIN_INTERVAL_NANOS = 500_000_000;

    private final ProcessTree tree;
    private final long startedNanos;
    private Usage total = Usage.NONE;
    private Usage reported = Usage.NONE;
    private long memoryNow;

    Meter(ProcessTree tree, long startedNanos) {
        this.tree = tree;
        this.startedNanos = startedNanos;
    }

    /**
     * Looks at the tree.
     *
     * @param snapshot of /proc, so that many meters share one; may be empty with a control group
     */
    synchronized void look(List<ProcFs.Stat> snapshot) {
        long cpu = 0;
        long resident = 0;
        long peak = 0;
        long read = 0;
        long written = 0;
        for (long pid : tree.members(snapshot)) {
            ProcFs.Io io = ProcFs.io(pid);
            read += io.readBytes();
            written += io.writtenBytes();
            if (pid != tree.leader()) {
                ProcFs.Memory memory = ProcFs.memory(pid);
                resident += memory.residentBytes();
                peak = Math.max(peak, memory.peakBytes());
            }
            if (tree.group() == null) {
                ProcFs.Stat stat = ProcFs.stat(pid);
                cpu += stat == null ? 0 : (stat.ownTicks() + stat.childTicks()) * ProcFs.TICK_NANOS;
            }
        }
        memoryNow = resident;
        add(new Usage(cpu, Math.max(resident, peak), read, written, 0));
    }

    private void add(Usage seen) {
        Cgroup group = tree.group();
        Usage exact = group == null ? Usage.NONE : new Usage(group.cpuNanos(), group.peakMemoryBytes(), 0, 0, 0);
        total = total.max(seen).max(exact).max(new Usage(0, 0, 0, 0, System.nanoTime() - startedNanos));
    }

    /** Looks, and gives the rates since the last sample; null when that is too short a time. */
    synchronized Report.@Nullable Sample sample(List<ProcFs.Stat> snapshot) {
        if (System.nanoTime() - startedNanos - reported.wallNanos() < MIN_INTERVAL_NANOS) {
            return null;
        }
        look(snapshot);
        long nanos = total.wallNanos() - reported.wallNanos();
        double seconds = nanos / 1e9;
        Report.Sample sample = new Report.Sample(
                Instant.now(),
                (total.cpuNanos() - reported.cpuNanos()) * 1_000 / nanos,
                memoryNow,
                (long) ((total.readBytes() - reported.readBytes()) / seconds),
                (long) ((total.writtenBytes() - reported.writtenBytes()) / seconds));
        reported = total;
        return sample;
    }

    /**
     * The totals after the end.
     *
     * @param farewell what the leader wrote when its child had ended: its /proc/PID/stat and /proc/PID/io, in which the
     *     kernel has added up every process that was waited for
     */
    synchronized Usage close(Path farewell, long wallNanos) {
        Usage last = Usage.NONE;
        try {
            String text = new String(Files.readAllBytes(farewell), StandardCharsets.ISO_8859_1);
            ProcFs.Stat stat = ProcFs.parseStat(text.lines().findFirst().orElse(null));
            ProcFs.Io io = ProcFs.parseIo(text);
            if (stat != null) {
                last = new Usage(stat.childTicks() * ProcFs.TICK_NANOS, 0, io.readBytes(), io.writtenBytes(), 0);
            }
            Files.deleteIfExists(farewell);
        } catch (IOException killedBeforeItCould) {
            // The samples have to do.
        }
        add(last);
        return new Usage(total.cpuNanos(), total.peakMemoryBytes(), total.readBytes(), total.writtenBytes(), wallNanos);
    }
}
