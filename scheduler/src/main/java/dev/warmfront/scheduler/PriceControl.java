package dev.warmfront.scheduler;

/**
 * Finds the price of a waiting task at which the target share of the tasks waits: the dual price of the target. Raises it while
 * more wait than may, lowers it while fewer do, and keeps it within bounds.
 */
final class PriceControl {
    static final double MEM = Double.parseDouble(System.getProperty("mem", "8000"));
    static final double GAIN = Double.parseDouble(System.getProperty("gain", "1"));
    static final double CLIP = Double.parseDouble(System.getProperty("clip", "3"));
    static final double LOW = Double.parseDouble(System.getProperty("low", "0.002"));
    static final double HIGH = Double.parseDouble(System.getProperty("high", "10000"));
    static final double START = Double.parseDouble(System.getProperty("start", "0.2"));

    private final double share;
    private final double launch;
    private double log;
    private double recent;

    PriceControl(double share, double launch) {
        this.share = share;
        this.launch = Math.max(1, launch);
        this.log = Math.log(START);
        this.recent = share;
    }

    private double count;
    static final double MINM = Double.parseDouble(System.getProperty("minm", "10"));
    static final double MF = Double.parseDouble(System.getProperty("mf", "0.3"));

    void arrived(boolean waits) {
        count++;
        double mem = Math.max(MINM / share, Math.min(MF * count, MEM));
        double rate = Math.min(1, 8 / mem);
        recent += rate * ((waits ? 1 : 0) - recent);
        log += GAIN / mem * Math.clamp(recent / share - 1, -1, CLIP);
        log = Math.clamp(log, Math.log(LOW), Math.log(HIGH));
    }

    double price() {
        return launch * Math.exp(log);
    }
}
