package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A fading distribution of delays, in buckets that double from 0.125 s to 12 days. */
public final class DelayHistogram {

    private static final int BUCKETS = 24;
    private static final double FIRST = 0.125;
    private static final double KEEP = 0.99;

    private final float[] weight = new float[BUCKETS];

    void add(double seconds) {
        int at = bucket(seconds);
        for (int b = 0; b < BUCKETS; b++) {
            weight[b] = (float) (weight[b] * KEEP + (b == at ? 1 : 0));
        }
    }

    private static int bucket(double seconds) {
        return seconds < FIRST
                ? 0
                : (int) Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(seconds / FIRST) / Math.log(2)));
    }

    private static double edge(int bucket) {
        return bucket == 0 ? 0 : FIRST * Math.pow(2, bucket - 1);
    }

    /** Delays added, the old ones counting less. */
    public double total() {
        double sum = 0;
        for (float w : weight) {
            sum += w;
        }
        return sum;
    }

    /** P(delay ≤ seconds), 0 for negative time; 0.5 where nothing is known. */
    public double atMost(double seconds) {
        double total = total();
        if (seconds < 0) {
            return 0;
        }
        if (total == 0) {
            return 0.5;
        }
        int at = bucket(seconds);
        double sum = 0;
        for (int b = 0; b < at; b++) {
            sum += weight[b];
        }
        double share = (seconds - edge(at)) / (edge(at + 1) - edge(at));
        return Math.min(1, (sum + Math.min(1, share) * weight[at]) / total);
    }

    /** The delay in seconds that is not exceeded with this probability; 0 where nothing is known. */
    public double quantile(double probability) {
        double wanted = probability * total();
        double sum = 0;
        for (int b = 0; b < BUCKETS; b++) {
            if (weight[b] > 0 && sum + weight[b] >= wanted) {
                return edge(b) + (wanted - sum) / weight[b] * (edge(b + 1) - edge(b));
            }
            sum += weight[b];
        }
        return 0;
    }

    void write(DataOutput out) throws IOException {
        Floats.write(out, weight);
    }

    void read(DataInput in) throws IOException {
        Floats.readInto(in, weight);
    }
}
