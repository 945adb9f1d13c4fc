package dev.warmfront.learning;

import dev.warmfront.forecast.ResourceKind;
import java.util.ArrayList;
import java.util.List;

/** What one attempt was seen to use, at a bounded number of moments. */
final class Samples {

    static final Samples NONE = new Samples();

    /** Beyond it every second sample is folded into the one before, so that peaks stay. */
    private static final int MOST = 256;

    private static final class Sample {
        final double seconds;
        final double[] use;

        Sample(double seconds, double[] use) {
            this.seconds = seconds;
            this.use = use;
        }
    }

    private final List<Sample> samples = new ArrayList<>();
    private int folding = 1;
    private int pending;

    /**
     * Adds the next one in time.
     *
     * @param seconds since the attempt began
     * @param use one number for each of {@link Profile#MEASURED}
     */
    void add(double seconds, double... use) {
        if (pending > 0 && pending < folding) {
            fold(samples.getLast().use, use);
            pending++;
            return;
        }
        samples.add(new Sample(Math.max(0, seconds), use.clone()));
        pending = 1;
        if (samples.size() >= MOST) {
            for (int i = samples.size() - 1; i > 0; i -= 2) {
                fold(samples.get(i - 1).use, samples.remove(i).use);
            }
            folding *= 2;
        }
    }

    private static void fold(double[] into, double[] use) {
        for (int i = 0; i < into.length; i++) {
            into[i] = Math.max(into[i], use[i]);
        }
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    /** Seconds since the attempt began at which each value begins to hold; the first holds from the beginning. */
    double[] times() {
        double[] times = samples.stream().mapToDouble(sample -> sample.seconds).toArray();
        if (times.length > 0) {
            times[0] = 0;
        }
        return times;
    }

    double[] use(ResourceKind kind) {
        for (int i = 0; i < Profile.MEASURED.length; i++) {
            if (Profile.MEASURED[i] == kind) {
                int at = i;
                return samples.stream().mapToDouble(sample -> sample.use[at]).toArray();
            }
        }
        throw new IllegalArgumentException("agents do not measure " + kind);
    }
}
