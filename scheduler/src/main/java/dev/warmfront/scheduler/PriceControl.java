package dev.warmfront.scheduler;

/**
 * What a task that waits is worth, in seconds of a hot instance: as the tenant says, or found by control as the dual price of a
 * target, so that the target share of the tasks waits. Found prices rise while more wait than may, fall while fewer do, at a
 * bounded pace and within bounds.
 */
final class PriceControl {

    /** A found price changes by at most e² while so many tasks come, and falls by at most e. */
    private static final double MEMORY = 8000;

    /** Fewer tasks than this for each that may wait tell nothing. */
    private static final double LEAST_WAITS = 10;

    private static final double OF_EXPERIENCE = 0.3;
    private static final double FASTEST = 2;
    private static final double CHEAPEST = 0.002;
    private static final double DEAREST = 10_000;
    private static final double FIRST = 0.2;

    private final double share;
    private final double launch;
    private double log;
    private double recent;
    private double tasks;

    private PriceControl(double share, double launch, double log) {
        this.share = share;
        this.launch = launch;
        this.log = log;
        this.recent = share;
    }

    /** A price that stays. */
    static PriceControl fixed(double price) {
        return new PriceControl(0, price, 0);
    }

    /**
     * Finds the price.
     *
     * @param share of the tasks that may wait, above 0
     * @param launch K_O, the measure of the bounds
     */
    static PriceControl targeting(double share, double launch) {
        return new PriceControl(share, Math.max(1, launch), Math.log(FIRST));
    }

    /** A task came, and found an instance or waits. */
    void arrived(boolean waits) {
        if (share == 0) {
            return;
        }
        tasks++;
        double memory = Math.max(LEAST_WAITS / share, Math.min(OF_EXPERIENCE * tasks, MEMORY));
        recent += Math.min(1, 8 / memory) * ((waits ? 1 : 0) - recent);
        log += Math.clamp(recent / share - 1, -1, FASTEST) / memory;
        log = Math.clamp(log, Math.log(CHEAPEST), Math.log(DEAREST));
    }

    /** Seconds of a hot instance per task that waits. */
    double price() {
        return launch * Math.exp(log);
    }
}
