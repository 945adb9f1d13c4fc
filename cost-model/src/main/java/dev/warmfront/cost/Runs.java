package dev.warmfront.cost;

import java.time.Duration;
import java.util.Arrays;

/**
 * When instances of one class are busy: the start and the end of each task that takes a whole instance, in nanoseconds since
 * the origin of the trace. Two plain arrays, because a trace may have millions. Immutable.
 */
public final class Runs {

    /** No trace is longer: sums of two times stay inside a long. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private final long[] starts;
    private final long[] ends;

    private Runs(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return starts.length;
    }

    /** Nanoseconds from the trace's origin to the start of the i-th task, in the order they were added. */
    public long startNanos(int i) {
        return starts[i];
    }

    /** Nanoseconds from the trace's origin to the end of the i-th task. */
    public long endNanos(int i) {
        return ends[i];
    }

    /** Σ runtime. */
    public Duration busy() {
        Duration sum = Duration.ZERO;
        for (int i = 0; i < starts.length; i++) {
            sum = sum.plusNanos(ends[i] - starts[i]);
        }
        return sum;
    }

    /** Collects tasks in any order. */
    public static final class Builder {

        private long[] starts = new long[16];
        private long[] ends = new long[16];
        private int size;

        private Builder() {}

        /**
         * Adds a task.
         *
         * @param start since the trace's origin, ≥ 0
         * @param runtime ≥ 0
         */
        public Builder add(Duration start, Duration runtime) {
            Duration end = start.plus(runtime);
            if (start.isNegative() || runtime.isNegative() || end.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "a task must lie within 0 and 36,500 days: start %s, runtime %s".formatted(start, runtime));
            }
            return add(start.toNanos(), runtime.toNanos());
        }

        /**
         * Adds a task by nanoseconds.
         *
         * @param startNanos since the trace's origin, ≥ 0
         * @param runtimeNanos ≥ 0
         */
        public Builder add(long startNanos, long runtimeNanos) {
            if (startNanos < 0 || runtimeNanos < 0 || startNanos > LONGEST.toNanos() - runtimeNanos) {
                throw new IllegalArgumentException(
                        "a task must lie within 0 and 36,500 days: start %d ns, runtime %d ns"
                                .formatted(startNanos, runtimeNanos));
            }
            if (size == starts.length) {
                starts = Arrays.copyOf(starts, 2 * size);
                ends = Arrays.copyOf(ends, 2 * size);
            }
            starts[size] = startNanos;
            ends[size] = startNanos + runtimeNanos;
            size++;
            return this;
        }

        public Runs build() {
            return new Runs(Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
        }
    }
}
