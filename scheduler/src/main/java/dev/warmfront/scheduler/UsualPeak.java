package dev.warmfront.scheduler;

import java.util.Arrays;

/** How high something usually goes: what the peaks of nine in ten slots of time do not exceed, later slots weighing more. */
final class UsualPeak {

    /** In so many of the slots it may be higher. */
    private static final double EXCEEDED = 0.1;

    /** From fewer slots than this nothing is usual. */
    private static final double FEW = 10;

    /** Levels up to this are told apart one by one; above, each is higher than the one before by one in {@link #FINE}. */
    private static final int EXACT = 32;

    private static final double FINE = 16;

    private final double kept;
    private double[] weights = new double[4];
    private double sum;
    private double usual;

    /** @param kept what is left of a slot's weight when another one has passed, above 0 and below 1 */
    UsualPeak(double kept) {
        this.kept = kept;
    }

    /** A slot has gone so high. */
    void add(double peak) {
        int place = place(peak);
        if (place >= weights.length) {
            weights = Arrays.copyOf(weights, Math.max(place + 1, 2 * weights.length));
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= kept;
        }
        weights[place]++;
        sum = sum * kept + 1;
        double above = 0;
        int highest = weights.length - 1;
        while (highest > 0 && above + weights[highest] <= EXCEEDED * sum) {
            above += weights[highest--];
        }
        usual = level(highest);
    }

    /** Whether there is anything to go by. */
    boolean isKnown() {
        return sum >= FEW;
    }

    /** What nine in ten slots do not exceed, a twentieth more at most; 0 before the first. */
    double usual() {
        return usual;
    }

    /** How likely a slot goes beyond a level: the weight of those that did, 0 to 1; 0 while nothing is known. */
    double chanceBeyond(double level) {
        if (!isKnown()) {
            return 0;
        }
        double beyond = 0;
        for (int i = place(level) + 1; i < weights.length; i++) {
            beyond += weights[i];
        }
        return beyond / sum;
    }

    private static int place(double peak) {
        // Sums of shares may be off by a little.
        double level = Math.max(0, Math.ceil(peak - 1e-6));
        return level <= EXACT ? (int) level : EXACT + (int) Math.ceil(Math.log(level / EXACT) * FINE);
    }

    private static double level(int place) {
        return place <= EXACT ? place : Math.floor(EXACT * Math.exp((place - EXACT) / FINE));
    }
}
