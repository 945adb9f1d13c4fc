package dev.warmfront.scheduler;

/**
 * One pool's demand, as it is looked at.
 *
 * @param all the whole of it
 * @param rest without what single task types want beyond their usual while they burst
 * @param calendar those bursts
 */
record DemandView(DemandTrack all, DemandTrack rest, Calendar calendar) {

    DemandView(double launchLead) {
        this(begin(launchLead), begin(launchLead), new Calendar());
    }

    private static DemandTrack begin(double launchLead) {
        return new DemandTrack(Outlook.memories(launchLead), Math.max(10, 5 * launchLead));
    }

    /** All has changed, or the calendar has: what is left of it. */
    void follow(double time) {
        int without = (int) Math.max(0, Math.round(all.level() - calendar.excess()));
        if (without != rest.level()) {
            rest.change(without - rest.level(), time);
        }
    }

    /** Closes the stretch since the last call. */
    void tick(double time) {
        all.tick(time);
        calendar.tick(time);
        follow(time);
        rest.tick(time);
    }

    /** What was counts no more: the pool was empty, and its queue is no measure of demand. */
    void forget(double time) {
        all.forget();
        rest.forget();
        calendar.forget(time);
    }
}
