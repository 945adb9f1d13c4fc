package dev.warmfront.scheduler;

import java.util.Arrays;

/** Stretches of time with so many instances wanted in each, and the most that are wanted at once. */
final class Levels {

    private double[] from = new double[8];
    private double[] until = new double[8];
    private double[] height = new double[8];
    private int size;

    void clear() {
        size = 0;
    }

    void add(double begins, double ends, double wanted) {
        if (wanted <= 0) {
            return;
        }
        if (size == from.length) {
            from = Arrays.copyOf(from, 2 * size);
            until = Arrays.copyOf(until, 2 * size);
            height = Arrays.copyOf(height, 2 * size);
        }
        from[size] = begins;
        until[size] = ends;
        height[size] = wanted;
        size++;
    }

    /** The most at one time before another: the sum is highest where some stretch begins. */
    double most(double before) {
        double most = 0;
        for (int i = 0; i < size; i++) {
            if (from[i] <= before) {
                double sum = 0;
                for (int j = 0; j < size; j++) {
                    sum += from[j] <= from[i] && until[j] >= from[i] ? height[j] : 0;
                }
                most = Math.max(most, sum);
            }
        }
        return most;
    }
}
