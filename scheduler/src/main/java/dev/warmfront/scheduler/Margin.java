package dev.warmfront.scheduler;

/**
 * How far demand goes beyond what it was expected to be: a histogram of (demand − expected) ÷ scale, once per arriving task and
 * once per second. From it follows how many instances beyond the expectation let all but a share of the tasks start at once,
 * and what one waiting task fewer would cost there: the newsvendor's fractile and its price, per level of the stack.
 */
final class Margin {

    private static final double WIDTH = 0.125;
    private static final int ZERO = 256;
    private static final int BINS = 1024;

    private final double[] tasks = new double[BINS];
    private final double[] seconds = new double[BINS];
    private int lowest = ZERO;
    private int highest = ZERO;
    private int chosen = ZERO;

    private static int bin(double offset) {
        return Math.clamp((long) Math.ceil(offset / WIDTH - 1e-9) + ZERO, 0, BINS - 1);
    }

    /** A task arrived; {@code offset} counts it. */
    void arrived(double offset, double unit) {
        int bin = bin(offset);
        tasks[bin] += unit;
        lowest = Math.min(lowest, bin);
        highest = Math.max(highest, bin);
    }

    /** Time went by at an offset. */
    void passed(double offset, double machineSeconds) {
        int bin = bin(offset);
        seconds[bin] += machineSeconds;
        lowest = Math.min(lowest, bin);
    }

    /**
     * Chooses the margin at which holding one level more would cost what it saves. A single burst far out does not draw the
     * margin there unless bridging all that lies between pays.
     *
     * @param waitPrice of one waiting task, in seconds of a hot instance
     */
    void weigh(double waitPrice) {
        double gain = 0;
        double best = 0;
        double below = 0;
        chosen = lowest;
        for (int b = lowest; b <= highest; b++) {
            gain += waitPrice * tasks[b] - WIDTH * below;
            below += seconds[b];
            if (gain > best) {
                best = gain;
                chosen = b;
            }
        }
    }

    /** Instances beyond the expectation, in units of the scale; negative where less than expected suffices. */
    double chosen() {
        return (chosen - ZERO) * WIDTH;
    }

    /** Multiplies all sums: weights are relative. */
    void scale(double by) {
        for (int b = 0; b < BINS; b++) {
            tasks[b] *= by;
            seconds[b] *= by;
        }
    }
}
