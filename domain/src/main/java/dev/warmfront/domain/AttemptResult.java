package dev.warmfront.domain;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended, as its agent saw it.
 *
 * @param end how
 * @param exitCode the command's exit code, 128 + signal when a signal ended it; null unless the process ran to an end
 * @param detail one tenant-safe sentence where the end needs one, else empty
 * @param usage what it used
 * @param outputs the files that it left for other tasks, by their names
 */
public record AttemptResult(
        End end, @Nullable Integer exitCode, String detail, Usage usage, SortedMap<String, Blob> outputs) {

    public AttemptResult {
        outputs = outputs.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
    }

    /** Of one that left no files. */
    public AttemptResult(End end, @Nullable Integer exitCode, String detail, Usage usage) {
        this(end, exitCode, detail, usage, Collections.emptySortedMap());
    }

    /** How an attempt ended. */
    public enum End {
        /** The process ended by itself; exit code 0 is success. */
        EXITED,
        /** Killed at its timeout. */
        TIMED_OUT,
        /** Killed on request. */
        CANCELLED,
        /** The process could not be started. */
        NOT_STARTED,
        /** Killed at its memory limit. */
        OUT_OF_MEMORY,
        /** The machine is going away (interruption, drain deadline) and took it along. */
        EVICTED
    }

    public boolean succeeded() {
        return end == End.EXITED && exitCode != null && exitCode == 0;
    }

    /**
     * Measured use of one attempt, its whole process tree.
     *
     * @param cpuNanos CPU time, nanoseconds
     * @param peakMemoryBytes largest resident memory seen
     * @param readBytes bytes read from storage
     * @param writtenBytes bytes written to storage
     * @param networkBytes bytes received and sent, 0 where it cannot be told apart from others'
     * @param wallNanos time from process start to end, nanoseconds, on the agent's monotonic clock
     */
    public record Usage(
            long cpuNanos, long peakMemoryBytes, long readBytes, long writtenBytes, long networkBytes, long wallNanos) {

        public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

        public Usage {
            if (cpuNanos < 0
                    || peakMemoryBytes < 0
                    || readBytes < 0
                    || writtenBytes < 0
                    || networkBytes < 0
                    || wallNanos < 0) {
                throw new IllegalArgumentException("usage is negative");
            }
        }
    }
}
