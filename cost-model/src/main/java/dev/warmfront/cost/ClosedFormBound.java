package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.util.Arrays;

/**
 * Bound (a) of policy.md §2: the least that can be paid for tasks of one class when nobody waits, by one scan of the events
 * with a stack, O(n log n), exact in time and money.
 *
 * <p>A task's end pushes its time; a task's start pops the <i>latest</i> end e and pays φ(t − e), or K_O when no instance is
 * left. A schedule is a matching of ends to later starts; for concave φ, nested pairs are never dearer than crossing ones
 * (exchange argument), and LIFO makes all pairs nested.
 */
public final class ClosedFormBound {

    private ClosedFormBound() {}

    /**
     * The clairvoyant's bound. Wakes begin early enough; no task waits.
     *
     * @throws IllegalArgumentException when φ is not concave ({@link TierEconomics#isConcave}): nested pairing may then be
     *     dearer than the optimum, and what it pays is no lower bound. {@link Circulation} is exact there.
     */
    public static Bound of(Runs runs, TierEconomics economics) {
        if (!economics.isConcave()) {
            throw new IllegalArgumentException(
                    "the cost of a gap is not concave: transitions to standby cost less than staying hot as long, and less "
                            + "than a launch; use the circulation");
        }
        return scan(runs, GapRule.planned(economics), Duration.ZERO, Duration.ZERO);
    }

    /**
     * OPT-react (policy.md §2d): knows when each gap ends, but launches and resumes only on arrival, so the task that wakes
     * an instance waits L_O or L_S. Chooses by spend + w·wait: the b of two tiers is (K_O + w·L_O)/c_H. The comparator of
     * the retention guarantee of §5, and like that guarantee it lets a wake delay its own task alone: later starts stay
     * where the trace has them.
     *
     * <p>What it pays is that of LIFO assignment; where its gap cost is not concave another assignment may pay less.
     */
    public static Bound react(Runs runs, TierEconomics economics, HourlyRate waitPrice) {
        LeadTimes leads = economics.leads();
        return scan(runs, GapRule.reacting(economics, waitPrice), leads.launch(), leads.resume());
    }

    /**
     * OPT-W (policy.md §2d): sees the next W seconds perfectly and believes that nothing comes after. When an instance falls
     * idle and its next use lies within W, it takes the gap's cheapest way, as the clairvoyant does; otherwise its plan
     * ends the instance at once, since no cost of a later launch is in sight. A launch begins when its task comes in sight,
     * so with W < L_O the task waits L_O − W. Between reactive (W = 0, nothing is kept) and bound (a) (W beyond the
     * longest gap that is worth bridging): the distance to a real policy with the same horizon is forecast error, the
     * distance to (a) is horizon.
     *
     * <p>Like OPT-react it is the cost of one policy, not a lower bound, and delays only the task that waits.
     *
     * @param window W ≥ 0
     */
    public static Bound window(Runs runs, TierEconomics economics, Duration window) {
        if (window.isNegative()) {
            throw new IllegalArgumentException("a window is negative: " + window);
        }
        Duration capped = window.compareTo(Runs.LONGEST) > 0 ? Runs.LONGEST : window;
        Duration late = economics.leads().launch().minus(capped);
        return scan(
                runs,
                GapRule.windowed(economics, capped.toNanos()),
                late.isNegative() ? Duration.ZERO : late,
                Duration.ZERO);
    }

    private static Bound scan(Runs runs, GapRule rule, Duration launchWait, Duration resumeWait) {
        Scan scan = new Scan(rule, runs.size());
        Events events = Events.of(runs);
        int start = 0;
        int end = 0;
        int instant = 0;
        while (start < events.starts.length || instant < events.instants.length) {
            long nextStart = start < events.starts.length ? events.starts[start] : Long.MAX_VALUE;
            long nextInstant = instant < events.instants.length ? events.instants[instant] : Long.MAX_VALUE;
            long now = Math.min(nextStart, nextInstant);
            // Ends first: a task may take over an instance at the moment it is given back.
            while (end < events.ends.length && events.ends[end] <= now) {
                scan.end(events.ends[end++]);
            }
            if (nextInstant == now) {
                // A task without length gives its instance back at once, to any other that starts now.
                scan.start(now);
                scan.end(now);
                instant++;
            } else {
                scan.start(now);
                start++;
            }
        }
        return scan.result(runs, launchWait, resumeWait);
    }

    /** Times in order; tasks without length apart, for they start and end at once. */
    private static final class Events {

        private final long[] starts;
        private final long[] ends;
        private final long[] instants;

        private Events(long[] starts, long[] ends, long[] instants) {
            this.starts = starts;
            this.ends = ends;
            this.instants = instants;
        }

        static Events of(Runs runs) {
            long[] starts = new long[runs.size()];
            long[] ends = new long[runs.size()];
            long[] instants = new long[runs.size()];
            int lasting = 0;
            int momentary = 0;
            for (int i = 0; i < runs.size(); i++) {
                if (runs.startNanos(i) == runs.endNanos(i)) {
                    instants[momentary++] = runs.startNanos(i);
                } else {
                    starts[lasting] = runs.startNanos(i);
                    ends[lasting++] = runs.endNanos(i);
                }
            }
            return new Events(sorted(starts, lasting), sorted(ends, lasting), sorted(instants, momentary));
        }

        private static long[] sorted(long[] times, int size) {
            long[] copy = Arrays.copyOf(times, size);
            Arrays.sort(copy);
            return copy;
        }
    }

    /** The stack of idle instances and the sums. */
    private static final class Scan {

        private final GapRule rule;
        private final long[] idleSince;
        private int idle;
        private long launches;
        private long resumes;
        private Duration idleHot = Duration.ZERO;
        private Duration standby = Duration.ZERO;

        Scan(GapRule rule, int tasks) {
            this.rule = rule;
            this.idleSince = new long[tasks];
        }

        void end(long now) {
            idleSince[idle++] = now;
        }

        void start(long now) {
            if (idle == 0) {
                launches++;
                return;
            }
            long gap = now - idleSince[--idle];
            Tier tier = rule.choose(gap);
            switch (tier) {
                case HOT -> idleHot = idleHot.plusNanos(gap);
                case STANDBY -> {
                    resumes++;
                    standby = standby.plusNanos(gap - rule.away());
                }
                case COLD -> launches++;
            }
        }

        Bound result(Runs runs, Duration launchWait, Duration resumeWait) {
            TierEconomics economics = rule.economics();
            HourlyRate hot = economics.prices().hot();
            Duration busy = runs.busy();
            Exact spend = Exact.of(hot, busy.plus(idleHot))
                    .plus(economics.launchExact().times(launches));
            if (economics.hasStandby()) {
                spend = spend.plus(economics.standbyExact().times(resumes))
                        .plus(Exact.of(economics.standbyRate(), standby));
            }
            long waits = (launchWait.isZero() ? 0 : launches) + (resumeWait.isZero() ? 0 : resumes);
            return new Bound(
                    runs.size(),
                    spend.toMoney(),
                    Exact.of(hot, busy).toMoney(),
                    launches,
                    resumes,
                    idleHot,
                    standby,
                    waits,
                    launchWait.multipliedBy(launches).plus(resumeWait.multipliedBy(resumes)));
        }
    }
}
