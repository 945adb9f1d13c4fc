package dev.warmfront.scheduler;

/**
 * What a pool would have cost under another setting, from the counts of demand alone: demand does not depend on the pool
 * (policy.md §6), so every setting is replayed on what happened. Instances are counted, not told apart. A task
 * that finds no hot instance waits; the work that is left undone meanwhile keeps instances busy when demand is lower.
 *
 * <p>Sums are weighted by {@code unit}, which grows with time: that is how the past is forgotten.
 */
final class ShadowPool {

    private final LevelPrices prices;
    private final Times coming = new Times();
    private final Times starting = new Times();
    private final Times stopping = new Times();
    private int hot;
    private int standby;
    private int demand;
    private double now = Double.NaN;
    private boolean moved;
    private double paid;

    /** Instance seconds of work that demand had and hot instances lacked. */
    private double undone;
    /** Tasks that waited since nothing was left undone. */
    private int queue;

    /** When the last ended, and how many tasks that came in the same moment may take over from those. */
    private double ended = Double.NaN;

    private int freed;

    ShadowPool(LevelPrices prices) {
        this.prices = prices;
    }

    /** Lets time pass: what is on its way arrives, what is idle costs. */
    void pass(double time, double unit) {
        if (Double.isNaN(now)) {
            now = time;
        }
        while (true) {
            double due = Math.min(coming.next(), Math.min(starting.next(), stopping.next()));
            if (due > time) {
                break;
            }
            elapse(due, unit);
            if (due == coming.next()) {
                coming.take();
                hot++;
            } else if (due == starting.next()) {
                starting.take();
                hot++;
            } else {
                stopping.take();
                standby++;
            }
        }
        elapse(time, unit);
    }

    private void elapse(double time, double unit) {
        double elapsed = Math.max(0, time - now);
        double spare = Math.max(0, hot - demand) * elapsed;
        double worked = Math.min(undone, spare);
        undone += Math.max(0, demand - hot) * elapsed - worked;
        if (undone <= 0) {
            queue = 0;
        }
        paid += unit * (spare - worked + prices.held() * standby * elapsed);
        now = Math.max(now, time);
    }

    /**
     * One more task, or one fewer.
     *
     * @param runtime of tasks on the average, in seconds: how much work a waiting task leaves undone
     * @return whether one more came, and waits
     */
    boolean change(int by, double runtime) {
        if (now != ended) {
            ended = now;
            freed = 0;
        }
        boolean takesOver = by > 0 && freed > 0;
        freed = Math.max(0, freed - by);
        moved = true;
        demand = Math.max(0, demand + by);
        if (by > 0 && !takesOver && isShort(runtime)) {
            queue++;
            return true;
        }
        return false;
    }

    /** Whether more is wanted, or still to be done, than is hot. */
    boolean isShort(double runtime) {
        return demand + Math.min(queue, undone / Math.max(1, runtime)) > hot;
    }

    /**
     * Brings it to a level: wakes, then launches up to {@code up}, and launches what will be wanted in a launch's time beyond
     * all that exists; lets idle ones above {@code keep} go.
     */
    void follow(int up, int stock, int keep, int standbyMost, double unit) {
        moved = false;
        // Work that would not be done within a launch's time without more instances.
        int late = (int) Math.max(0, undone / Math.max(1, prices.launchLead()) - Math.max(0, live() - demand));
        int wanted = Math.max(up, late > 0 ? live() + late : 0);
        while (live() < wanted) {
            if (standby > 0) {
                standby--;
                starting.add(now + prices.wakeLead(), 0);
            } else {
                coming.add(now + prices.launchLead(), 0);
                paid += unit * prices.launch();
            }
        }
        while (live() + standby + stopping.size() < stock) {
            coming.add(now + prices.launchLead(), 0);
            paid += unit * prices.launch();
        }
        int surplus = undone > 0 ? 0 : Math.min(hot - Math.min(hot, demand), live() - keep);
        for (int i = 0; i < surplus; i++) {
            hot--;
            if (live() + standby + stopping.size() < standbyMost) {
                stopping.add(now + prices.stopLead(), 0);
                paid += unit * prices.trip();
            }
        }
        standby = Math.clamp(standbyMost - live() - stopping.size(), 0, standby);
    }

    /** Whether something has happened since it last followed, or is due. */
    boolean isMoving(double time) {
        return moved || undone > 0 || coming.next() <= time || starting.next() <= time || stopping.next() <= time;
    }

    /** Begins anew with what it would like to have: what was before tells of an empty pool. */
    void begin(int hotNow, int standbyNow) {
        undone = 0;
        queue = 0;
        paid = 0;
        coming.clear();
        starting.clear();
        stopping.clear();
        hot = Math.max(hotNow, demand);
        standby = standbyNow;
    }

    /** Hot, or on the way to be. */
    int live() {
        return hot + coming.size() + starting.size();
    }

    int hot() {
        return hot;
    }

    int demand() {
        return demand;
    }

    /** Weighted overhead, in seconds of a hot instance. */
    double paid() {
        return paid;
    }

    /** Multiplies all sums: weights are relative. */
    void scale(double by) {
        paid *= by;
    }
}
