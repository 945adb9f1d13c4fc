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
    private final Times coming;
    private final Times starting;
    private final Times stopping;

    /** When the next of those arrives. */
    private double due = Double.POSITIVE_INFINITY;

    private int hot;

    /** Hot, or on the way to be. */
    private int live;

    private int standby;
    private int demand;
    private double now = Double.NaN;
    private boolean moved;
    private double paid;

    /** Instance seconds of work that demand had and hot instances lacked. */
    private double undone;
    /** Tasks that waited since nothing was left undone. */
    private int queue;

    ShadowPool(LevelPrices prices) {
        this.prices = prices;
        this.coming = new Times();
        this.starting = new Times();
        this.stopping = new Times();
    }

    /** The same pool with the same account, kept apart from now on. */
    ShadowPool(ShadowPool other) {
        prices = other.prices;
        coming = new Times(other.coming);
        starting = new Times(other.starting);
        stopping = new Times(other.stopping);
        due = other.due;
        hot = other.hot;
        live = other.live;
        standby = other.standby;
        demand = other.demand;
        now = other.now;
        moved = other.moved;
        paid = other.paid;
        undone = other.undone;
        queue = other.queue;
    }

    /** Lets time pass: what is on its way arrives, what is idle costs. */
    void pass(double time, double unit) {
        if (Double.isNaN(now)) {
            now = time;
        }
        while (due <= time) {
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
            due = Math.min(coming.next(), Math.min(starting.next(), stopping.next()));
            moved = true;
        }
        elapse(time, unit);
    }

    private void elapse(double time, double unit) {
        double elapsed = Math.max(0, time - now);
        double spare = Math.max(0, hot - demand) * elapsed;
        double worked = Math.min(undone, spare);
        moved |= undone > 0;
        undone += Math.max(0, demand - hot) * elapsed - worked;
        if (undone <= 0) {
            queue = 0;
        }
        paid += unit * (spare - worked + prices.held() * standby * elapsed);
        now = Math.max(now, time);
    }

    /** Whether all that is wanted until some time, {@code peak} at the most, is served as it comes, by what is hot now. */
    boolean serves(int peak, double until) {
        return undone <= 0 && hot >= peak && due > until;
    }

    /**
     * All that was wanted was served as it came: the same as {@link #pass} and {@link #wants} for each change.
     *
     * @param instances are wanted from then on
     * @param area weighted seconds
     * @param work weighted instance seconds that were wanted
     */
    void served(int instances, double until, double area, double work) {
        moved |= instances != demand;
        demand = instances;
        paid += hot * area - work + prices.held() * standby * area;
        queue = 0;
        now = until;
    }

    /**
     * So many instances are wanted from now on.
     *
     * @param asks whether a task came that can take over no instance that falls free in this moment
     * @param runtime of tasks on the average, in seconds: how much work a waiting task leaves undone
     * @return whether that task waits
     */
    boolean wants(int instances, boolean asks, double runtime) {
        moved = true;
        demand = instances;
        if (asks && isShort(runtime)) {
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
        int late = undone <= 0
                ? 0
                : (int) Math.max(0, undone / Math.max(1, prices.launchLead()) - Math.max(0, live - demand));
        int wanted = Math.max(up, late > 0 ? live + late : 0);
        while (live < wanted) {
            if (standby > 0) {
                standby--;
                live++;
                comes(starting, prices.wakeLead());
            } else {
                launch(unit);
            }
        }
        while (live + standby + stopping.size() < stock) {
            launch(unit);
        }
        int surplus = undone > 0 ? 0 : Math.min(hot - Math.min(hot, demand), live - keep);
        for (int i = 0; i < surplus; i++) {
            hot--;
            live--;
            if (live + standby + stopping.size() < standbyMost) {
                comes(stopping, prices.stopLead());
                paid += unit * prices.trip();
            }
        }
        if (standby > 0) {
            standby = Math.clamp(standbyMost - live - stopping.size(), 0, standby);
        }
    }

    private void launch(double unit) {
        live++;
        comes(coming, prices.launchLead());
        paid += unit * prices.launch();
    }

    private void comes(Times where, double lead) {
        where.add(now + lead, 0);
        due = Math.min(due, now + lead);
    }

    /** Whether something has happened since it last followed. */
    boolean isMoving() {
        return moved || undone > 0;
    }

    /** Begins anew with what it would like to have: what was before tells of an empty pool. */
    void begin(int hotNow, int standbyNow) {
        undone = 0;
        queue = 0;
        paid = 0;
        coming.clear();
        starting.clear();
        stopping.clear();
        due = Double.POSITIVE_INFINITY;
        hot = Math.max(hotNow, demand);
        live = hot;
        standby = standbyNow;
    }

    /** Hot, or on the way to be. */
    int live() {
        return live;
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
