package dev.warmfront.scheduler;

/**
 * Who waited. Waits come in bursts, so what a share of waits among so many tasks tells of the future depends on how many bursts
 * they came in: with bursts as in a compound Poisson process, the variance of their sum is the sum of their squares.
 */
final class WaitRecord {

    private final double apart;
    private double tasks;
    private double waits;
    private double squares;
    private double burst;
    private double lastWait = Double.NEGATIVE_INFINITY;
    private double burstUnit;
    private double largest;

    /** Of all that came, however long ago. */
    private long late;

    /** @param apart seconds between two bursts */
    WaitRecord(double apart) {
        this.apart = apart;
    }

    /** The same record, kept apart from now on. */
    WaitRecord(WaitRecord other) {
        apart = other.apart;
        tasks = other.tasks;
        waits = other.waits;
        squares = other.squares;
        burst = other.burst;
        lastWait = other.lastWait;
        burstUnit = other.burstUnit;
        largest = other.largest;
        late = other.late;
    }

    /** A task came. */
    void arrived(double time, boolean waited, double unit) {
        tasks += unit;
        if (!waited) {
            return;
        }
        if (time - lastWait > apart) {
            squares += burst * burst * burstUnit;
            largest = Math.max(largest, burst * burst * burstUnit);
            burst = 0;
        }
        lastWait = time;
        late++;
        burst++;
        burstUnit = unit;
        waits += unit;
    }

    /** Tasks of so much weight came, and none waited. */
    void began(double units) {
        tasks += units;
    }

    /** The weighted number of tasks that waited. */
    double waits() {
        return waits;
    }

    /** The number of tasks that waited, ever. */
    long late() {
        return late;
    }

    /** The share of tasks that waited. */
    double share() {
        return tasks > 0 ? waits / tasks : 0;
    }

    /**
     * The share that will wait, with caution.
     *
     * @param deviations so many standard deviations of it
     * @param forgiven how much of the largest burst does not count, 0 to 1
     * @param unit today's weight
     */
    double share(double deviations, double forgiven, double unit) {
        if (tasks <= 0) {
            return 0;
        }
        double most = Math.max(largest, burst * burst * burstUnit);
        double counted = waits - forgiven * Math.sqrt(most / unit) * unit;
        double variance = squares + burst * burst * burstUnit - forgiven * most;
        // In today's weight, so that what was long ago says little, and surely.
        double deviation = Math.sqrt(Math.max(0, variance) / unit);
        return (Math.max(0, counted) / unit + deviations * deviation) / (tasks / unit);
    }

    /** Multiplies all sums: weights are relative. */
    void scale(double by) {
        tasks *= by;
        waits *= by;
        squares *= by;
        largest *= by;
        burstUnit *= by;
    }
}
