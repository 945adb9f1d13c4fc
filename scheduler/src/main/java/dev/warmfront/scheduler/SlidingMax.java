package dev.warmfront.scheduler;

/** The greatest of the values of a moving stretch of time; each value costs O(1) over its life. */
final class SlidingMax {

    private double[] times = new double[4];
    private double[] values = new double[4];
    private int first;
    private int size;

    /** Of no value. */
    SlidingMax() {}

    /** Of the same values as another. */
    SlidingMax(SlidingMax other) {
        times = other.times.clone();
        values = other.values.clone();
        first = other.first;
        size = other.size;
    }

    /** A value from now on; times do not go back. */
    void add(double time, double value) {
        while (size > 0 && values[place(size - 1)] <= value) {
            size--;
        }
        if (size == times.length) {
            grow();
        }
        times[place(size)] = time;
        values[place(size)] = value;
        size++;
    }

    /** Forgets values from before; the last one stays, for it still holds. */
    void forgetBefore(double time) {
        while (size > 1 && times[first] < time) {
            first = (first + 1) & (times.length - 1);
            size--;
        }
    }

    /** Forgets all. */
    void clear() {
        size = 0;
    }

    /** 0 when there was no value. */
    double max() {
        return size == 0 ? 0 : values[first];
    }

    private int place(int i) {
        return (first + i) & (times.length - 1);
    }

    private void grow() {
        double[] moreTimes = new double[2 * times.length];
        double[] moreValues = new double[2 * times.length];
        for (int i = 0; i < size; i++) {
            moreTimes[i] = times[place(i)];
            moreValues[i] = values[place(i)];
        }
        times = moreTimes;
        values = moreValues;
        first = 0;
    }
}
