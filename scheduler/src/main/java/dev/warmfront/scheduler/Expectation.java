package dev.warmfront.scheduler;

import org.jspecify.annotations.Nullable;

/** What an outlook expects of one pool's demand one lead time ahead; shared by all settings that differ in their margins only. */
final class Expectation {

    /**
     * What is known of the time ahead; the same for all outlooks that look as far.
     *
     * @param submitted how many instances more than now will be wanted at once, for what is submitted and waits for others
     * @param following how many more than now, besides those, for what was learned to follow tasks that nobody put into a workflow
     * @param bursts how many bursts of single task types will want at once
     */
    record Ahead(double submitted, double following, double bursts) {}

    /** Knows the instances that outlooks which are learned would have. */
    interface Learned {
        int target(int pupil);
    }

    private final Outlook outlook;
    private final double lead;
    private final double hold;
    private final @Nullable Season season;
    private final @Nullable Learned learned;

    /** Of one that counts on what was learned to follow, the one that does not and is the same otherwise. */
    private final @Nullable Expectation plain;

    /** What the season is measured against, by when it was. */
    private final Times references = new Times();

    private final SlidingMax past = new SlidingMax();
    private final SlidingMax held = new SlidingMax();
    private double reference;
    private double soon;
    private double kept;
    private double burst;

    /** What types that burst want beyond their usual. */
    private double extra;

    /**
     * @param lead time from a decision until it takes effect, seconds
     * @param hold how long what was wanted is kept at least, seconds: letting it go and getting it back costs as much
     */
    Expectation(Outlook outlook, double lead, double hold) {
        this(outlook, lead, hold, null);
    }

    /** @param learned whom an outlook that is learned asks; others ask nobody */
    Expectation(Outlook outlook, double lead, double hold, @Nullable Learned learned) {
        this.learned = learned;
        this.plain = null;
        this.outlook = outlook;
        this.lead = lead;
        this.hold = hold;
        this.season = outlook.season() == Outlook.SeasonKind.NONE
                ? null
                : outlook.season().begin();
    }

    /**
     * What another expects, and what was learned to follow tasks that run. Until now that was nothing: so it has expected the same.
     *
     * @param plain looks again before this one does
     */
    Expectation(Expectation plain) {
        this.outlook = plain.outlook.withSuccessors();
        this.lead = plain.lead;
        this.hold = plain.hold;
        this.season = null;
        this.learned = null;
        this.plain = plain;
    }

    /**
     * Looks again.
     *
     * @param time seconds since the epoch
     * @param step how long until the next look
     * @param ahead what is known of the time until what is decided now takes effect
     * @param learns whether demand tells of the pool's tasks, not of how the pool began
     */
    void tick(double time, double step, DemandView demand, Ahead ahead, boolean learns) {
        if (plain != null) {
            follow(plain, time, demand, ahead);
            return;
        }
        DemandTrack track = outlook.hasCalendar() ? demand.rest() : demand.all();
        if (learned != null) {
            soon = learned.target(outlook.pupil());
        } else {
            soon = outlook.base() == Outlook.NOW ? track.level() : track.mean(outlook.base());
        }
        if (outlook.hold() > 0) {
            past.add(time, track.peak());
            past.forgetBefore(time - outlook.hold());
            soon = past.max();
        }
        if (season != null) {
            recur(season, time, step, track, learns);
        }
        if (outlook.hasCalendar()) {
            extra = ahead.bursts();
        }
        if (ahead.submitted() > 0) {
            soon = Math.max(soon, demand.all().level() + ahead.submitted() - extra);
        }
        held.add(time, soon);
        held.forgetBefore(time - hold);
        kept = held.max();
    }

    private void follow(Expectation other, double time, DemandView demand, Ahead ahead) {
        soon = other.soon;
        burst = other.burst;
        extra = other.extra;
        if (ahead.following() > 0) {
            soon = Math.max(soon, demand.all().level() + ahead.submitted() + ahead.following() - extra);
        }
        held.add(time, soon);
        held.forgetBefore(time - hold);
        kept = Math.max(other.kept, held.max());
    }

    private void recur(Season recurring, double time, double step, DemandTrack track, boolean learns) {
        boolean bursts = outlook.season().isOfBursts();
        // What comes in bursts is measured against a slow average, which a burst's first minute does not move.
        double now = bursts ? track.mean(Outlook.SLOW) : soon;
        references.add(time, now);
        while (references.next() <= time - lead) {
            reference = references.take();
        }
        if (learns) {
            recurring.observe(time, track.peak(), reference);
        }
        if (bursts) {
            double more = recurring.most(time, time + lead + step);
            burst = more > 0 ? now + more : 0;
        } else {
            soon = Math.max(0, soon + Math.max(recurring.at(time + lead), recurring.at(time + lead + step)));
        }
    }

    /** Writes what it expects: what will be wanted, what was wanted of late at the most, what a burst will want, what comes on top. */
    void write(double[] into, int at) {
        into[at] = soon;
        into[at + 1] = kept;
        into[at + 2] = burst;
        into[at + 3] = extra;
    }

    double soon() {
        return soon;
    }

    double lead() {
        return lead;
    }

    Outlook outlook() {
        return outlook;
    }
}
