package dev.warmfront.scheduler;

/** How many instances one pool's tasks want over time, and averages of it over several memories. */
final class DemandTrack {

    private final double[] memories;
    private final double[] means;
    private final double endMemory;
    private double since = Double.NaN;
    private double now;
    private double lived;
    private double area;
    private int level;
    private int peak;
    private int closedPeak;
    private int ends;
    private double endsPerSecond;

    /**
     * @param memories time constants of the averages, seconds
     * @param endMemory time constant of the rate of ends, seconds
     */
    DemandTrack(double[] memories, double endMemory) {
        this.memories = memories.clone();
        this.means = new double[memories.length];
        this.endMemory = endMemory;
    }

    /** One more task, or one fewer, from {@code time} on. */
    void change(int by, double time) {
        if (Double.isNaN(since)) {
            since = time;
            now = time;
        }
        pass(time);
        level = Math.max(0, level + by);
        peak = Math.max(peak, level);
        if (by < 0) {
            ends++;
        }
    }

    private void pass(double time) {
        if (time > now) {
            area += level * (time - now);
            now = time;
        }
    }

    /** Closes the stretch since the last call. */
    void tick(double time) {
        if (Double.isNaN(since)) {
            since = time;
            now = time;
        }
        pass(time);
        double elapsed = now - since;
        if (elapsed > 0) {
            double mean = area / elapsed;
            lived += elapsed;
            for (int i = 0; i < means.length; i++) {
                // At first all that was counts alike, so that the zero before the beginning does not.
                means[i] += Math.max(1 - Math.exp(-elapsed / memories[i]), elapsed / lived) * (mean - means[i]);
            }
            endsPerSecond += (1 - Math.exp(-elapsed / endMemory)) * (ends / elapsed - endsPerSecond);
        }
        since = now;
        area = 0;
        ends = 0;
        closedPeak = peak;
        peak = level;
    }

    /** What was counts no more: the pool was empty, and its queue is no measure of demand. */
    void forget() {
        lived = 0;
    }

    int level() {
        return level;
    }

    /** The highest level between the last two ticks. */
    int peak() {
        return closedPeak;
    }

    /** The average over the memory number {@code i}. */
    double mean(int i) {
        return means[i];
    }

    /** Tasks that end per second, lately. */
    double endsPerSecond() {
        return endsPerSecond;
    }
}
