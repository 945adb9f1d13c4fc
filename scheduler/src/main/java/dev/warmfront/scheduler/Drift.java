package dev.warmfront.scheduler;

import java.time.Instant;
import java.util.Locale;

/**
 * Whether what is foreseen of a pool's demand still covers it (policy.md §5: coverage error over 60 slots): the share of the tasks
 * of the last sixty slots of a minute, those without tasks left out, that find nothing ready under what is followed, against
 * the share that may. Time is in seconds since the epoch.
 */
final class Drift {

    private static final double SLOT = 60;
    private static final int WINDOW = 60;

    /** The alarm is raised when so many times the share waits that may, and ends when no more does than may. */
    private static final double ALARM = 5;

    /** So many tasks must have waited: less is chance. */
    private static final int CHANCE = 10;

    private double share;
    private final int[] came = new int[WINDOW];
    private final int[] waited = new int[WINDOW];
    private int at;
    private int slots;
    private int tasks;
    private int waits;

    /** Whether demand was ever covered: before it was, it has not drifted, it is being learned. */
    private boolean covered;

    private long slot = Long.MIN_VALUE;
    private double since = Double.NaN;

    /** @param share of the tasks that may wait */
    Drift(double share) {
        this.share = share;
    }

    /** @param waiting of the tasks that may wait from now on */
    void aim(double waiting) {
        share = waiting;
    }

    /** So many tasks came since the last call, of which some waited. */
    void saw(double time, int more, long late) {
        long now = (long) Math.floor(time / SLOT);
        if (now != slot && came[at] > 0) {
            at = (at + 1) % WINDOW;
            slots = Math.min(slots + 1, WINDOW);
            tasks -= came[at];
            waits -= waited[at];
            came[at] = 0;
            waited[at] = 0;
        }
        slot = now;
        came[at] += more;
        waited[at] += (int) late;
        tasks += more;
        waits += (int) late;
        if (slots < WINDOW) {
            return;
        }
        if (waits <= share * tasks) {
            covered = true;
            since = Double.NaN;
        } else if (!isOn() && covered && waits >= CHANCE && waits > ALARM * share * tasks) {
            since = time;
        }
    }

    /** Whether the alarm is on. */
    boolean isOn() {
        return !Double.isNaN(since);
    }

    /** What it says while it is on, for people. */
    String why() {
        return String.format(
                Locale.ROOT,
                "demand has drifted since %s: of the latest hour's tasks what is followed lets %.1f %% wait",
                Instant.ofEpochSecond((long) since),
                100.0 * waits / tasks);
    }
}
