package dev.warmfront.scheduler;

/** Moments with a value each, first in, first out. */
final class Times {

    private static final double[] NONE = {};

    /** Most queues of most settings stay empty: arrays come with the first entry. */
    private double[] times = NONE;

    private double[] values = NONE;
    private int first;
    private int size;

    /** None yet. */
    Times() {}

    /** The same as another's. */
    Times(Times other) {
        times = other.times.clone();
        values = other.values.clone();
        first = other.first;
        size = other.size;
    }

    void add(double time, double value) {
        if (size == times.length) {
            double[] moreTimes = new double[Math.max(4, 2 * size)];
            double[] moreValues = new double[moreTimes.length];
            for (int i = 0; i < size; i++) {
                moreTimes[i] = times[(first + i) & (size - 1)];
                moreValues[i] = values[(first + i) & (size - 1)];
            }
            times = moreTimes;
            values = moreValues;
            first = 0;
        }
        int place = (first + size) & (times.length - 1);
        times[place] = time;
        values[place] = value;
        size++;
    }

    /** Forgets all. */
    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** When the first is due; infinite when there is none. */
    double next() {
        return size == 0 ? Double.POSITIVE_INFINITY : times[first];
    }

    /** Removes the first and returns its value. */
    double take() {
        double value = values[first];
        first = (first + 1) & (times.length - 1);
        size--;
        return value;
    }
}
