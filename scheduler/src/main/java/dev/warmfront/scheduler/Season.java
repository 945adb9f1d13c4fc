package dev.warmfront.scheduler;

/**
 * How far the peaks of demand went beyond a reference at the same phase of a period: what recurs by the clock. The highest
 * of the last few periods is expected again, or of bursts the second highest.
 */
final class Season {

    /** A burst goes so many times further than peaks usually do. */
    private static final double STANDS_OUT = 2;

    private static final double MEMORY = 30;

    private final double binSeconds;
    private final int kept;
    private final boolean burstsOnly;
    private final int bins;
    private final float[] excess;
    private final int[] seen;
    private long current = Long.MIN_VALUE;
    private double peak;
    private double reference;
    private double ordinary = 1;

    /**
     * @param periodSeconds a multiple of {@code binSeconds}
     * @param kept periods remembered
     * @param burstsOnly whether only what stands out is expected again
     */
    Season(double periodSeconds, double binSeconds, int kept, boolean burstsOnly) {
        this.binSeconds = binSeconds;
        this.kept = kept;
        this.burstsOnly = burstsOnly;
        this.bins = (int) Math.round(periodSeconds / binSeconds);
        this.excess = new float[bins * kept];
        this.seen = new int[bins];
    }

    /**
     * What demand was since the last call.
     *
     * @param time of day and week count: seconds since a midnight
     * @param highestSince the peak since then
     * @param expected what was expected of this time when a launch for it was due
     */
    void observe(double time, double highestSince, double expected) {
        long bin = (long) Math.floor(time / binSeconds);
        if (bin != current) {
            if (current != Long.MIN_VALUE) {
                close();
            }
            current = bin;
            peak = Double.NEGATIVE_INFINITY;
        }
        peak = Math.max(peak, highestSince);
        reference = expected;
    }

    private void close() {
        int bin = Math.floorMod(current, bins);
        excess[bin * kept + seen[bin] % kept] = (float) (peak - reference);
        seen[bin]++;
        double beyond = Math.max(0, peak - reference);
        // Clipped, so that a burst does not make bursts ordinary.
        ordinary += (Math.min(beyond, 3 * ordinary + 1) - ordinary) / MEMORY;
    }

    /** What to add to the reference at a time; 0 where nothing is known. */
    double at(double time) {
        return at((long) Math.floor(time / binSeconds));
    }

    private double at(long number) {
        int bin = Math.floorMod(number, bins);
        int known = Math.min(kept, seen[bin]);
        if (known == 0) {
            return 0;
        }
        double max = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        for (int i = bin * kept; i < bin * kept + known; i++) {
            second = Math.max(second, Math.min(max, excess[i]));
            max = Math.max(max, excess[i]);
        }
        if (!burstsOnly) {
            return max;
        }
        // Once is chance: what the hour brings, it has brought twice.
        return second < STANDS_OUT * ordinary ? 0 : second;
    }

    /** The most to add at any time between two. */
    double most(double from, double until) {
        long last = (long) Math.floor(until / binSeconds);
        double most = 0;
        for (long bin = (long) Math.floor(from / binSeconds); bin <= last; bin++) {
            most = Math.max(most, at(bin));
        }
        return most;
    }
}
