package dev.warmfront.cost;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;

/**
 * Bound (b) of policy.md §2: the least that can be paid for tasks of one class when nobody waits, as a min-cost circulation,
 * for any prices, concave gap cost or not.
 *
 * <p>The nodes are (state, time), but only at the times at which something can be worth doing, not on a grid, so nothing is
 * rounded: an instance stops when a task ends; it resumes and launches to be hot exactly when a task starts. Busy time costs
 * the same whoever serves it, so the flow is of idle instances: the end of a task gives one, a start takes one; OFF is one
 * node, to which ending costs nothing and from which a launch costs K_O. Steps dearer than K_O are left out: ending and
 * launching anew replaces them.
 *
 * <p>That is all that can be worth doing as long as a round trip to standby costs no less than standby for the same time,
 * A ≥ c_S·(L_h + L_S), or no less than staying hot or launching. Otherwise an idle instance would save by going to and fro without end; such prices leave out what
 * disks cost during transitions and are refused.
 *
 * <p>The matrix is totally unimodular: the solver's optimum is a whole number of instances on each arc. Its arc costs are
 * rounded to a billionth of K_O; the amounts reported are recomputed exactly from the flow.
 */
public final class Circulation {

    /** What an arc stands for. */
    private enum Kind {
        IDLE,
        HELD,
        STOP,
        RESUME,
        LAUNCH,
        END
    }

    /**
     * The solver sees K_O as a number of so many bits: the flow is optimal to a billionth of a launch per instance, and the
     * solver's longs have room for sums over millions of nodes. More bits take it more rounds.
     */
    private static final int COST_BITS = 30;

    private final Runs runs;
    private final TierEconomics economics;
    private final long stop;
    private final long resume;
    private final long[] hotTimes;
    private final long[] standbyTimes;
    private final long[] instants;
    private final Network network;
    private final Exact launch;
    private final int scaleShift;

    private Kind[] kinds = new Kind[64];
    private long[] lengths = new long[64];

    private Circulation(Runs runs, TierEconomics economics) {
        this.runs = runs;
        this.economics = economics;
        this.stop = economics.leads().stop().toNanos();
        this.resume = economics.leads().resume().toNanos();
        this.launch = economics.launchExact();
        this.hotTimes = hotTimes();
        this.standbyTimes = economics.hasStandby() ? standbyTimes() : new long[0];
        this.instants = instants();
        // One hot node per time and one more where a task without length sits, the same for standby, and OFF.
        int nodes = hotTimes.length + standbyTimes.length + 2 * instants.length + 1;
        this.network = new Network(nodes);
        this.scaleShift = Math.max(0, launch.units().bitLength() - COST_BITS);
    }

    /**
     * The clairvoyant's bound.
     *
     * @throws IllegalArgumentException when going to and fro would pay ({@link TierEconomics#oscillates})
     * @throws BoundSolver.UnsolvedException when the solver fails
     */
    public static Bound of(Runs runs, TierEconomics economics, BoundSolver solver) {
        if (runs.size() == 0) {
            return Bound.NOTHING;
        }
        if (economics.launchExact().equals(Exact.ZERO)) {
            // Nothing is ever kept, and there is no unit to count costs in.
            return ClosedFormBound.of(runs, economics);
        }
        if (economics.oscillates()) {
            throw new IllegalArgumentException(
                    "a round trip to standby costs less than standby for the same time: going to and fro would pay");
        }
        Circulation circulation = new Circulation(runs, economics);
        circulation.build();
        return circulation.read(solver.minimumCostFlow(circulation.network));
    }

    /** Bound (a) where it is exact, else (b): the same figure, by the faster way. */
    public static Bound clairvoyant(Runs runs, TierEconomics economics, BoundSolver solver) {
        return economics.isConcave() ? ClosedFormBound.of(runs, economics) : of(runs, economics, solver);
    }

    private void build() {
        int off = network.nodes() - 1;
        for (int i = 0; i < runs.size(); i++) {
            boolean lasting = runs.endNanos(i) > runs.startNanos(i);
            if (lasting) {
                network.supply(afterInstants(runs.startNanos(i)), -1);
                network.supply(beforeInstants(runs.endNanos(i)), 1);
            }
        }
        for (long instant : instants) {
            // However many tasks without length sit there, one instance serves them in turn.
            network.supply(beforeInstants(instant), -1);
            network.supply(afterInstants(instant), 1);
            arc(Kind.IDLE, beforeInstants(instant), afterInstants(instant));
        }
        chain(Kind.IDLE, hotTimes);
        long[] ends = times(false, 0);
        long[] starts = times(true, 0);
        for (long end : ends) {
            arc(Kind.END, beforeInstants(end), off);
        }
        for (long instant : instants) {
            arc(Kind.END, afterInstants(instant), off);
        }
        for (long start : starts) {
            arc(Kind.LAUNCH, off, beforeInstants(start));
        }
        if (economics.hasStandby()) {
            chain(Kind.HELD, standbyTimes);
            buildTransitions(ends, starts);
        }
    }

    private void buildTransitions(long[] ends, long[] starts) {
        for (long end : ends) {
            arc(Kind.STOP, beforeInstants(end), standbyNode(end + stop));
        }
        for (long instant : instants) {
            if (stop + resume == 0) {
                arc(Kind.HELD, standbyNode(instant), standbyAfter(instant));
            }
            arc(Kind.STOP, afterInstants(instant), standbyAfter(instant + stop));
        }
        for (long start : starts) {
            arc(Kind.RESUME, standbyNode(start - resume), beforeInstants(start));
        }
    }

    private void chain(Kind kind, long[] times) {
        for (int i = 0; i + 1 < times.length; i++) {
            int from = kind == Kind.IDLE ? afterInstants(times[i]) : standbyAfter(times[i]);
            int to = kind == Kind.IDLE ? beforeInstants(times[i + 1]) : standbyNode(times[i + 1]);
            // Rounded at the times, not step by step, so that a way of many steps is off by one unit at most.
            BigInteger cost = scaled(cost(kind, times[i + 1])).subtract(scaled(cost(kind, times[i])));
            arc(kind, from, to, times[i + 1] - times[i], cost);
        }
    }

    /** An arc that takes no time. */
    private void arc(Kind kind, int from, int to) {
        arc(kind, from, to, 0, scaled(cost(kind, 0)));
    }

    private void arc(Kind kind, int from, int to, long length, BigInteger scaledCost) {
        if (cost(kind, length).compareTo(launch) > 0) {
            return;
        }
        int arc = network.arc(from, to, runs.size(), scaledCost.longValueExact());
        if (arc == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * arc);
            lengths = Arrays.copyOf(lengths, 2 * arc);
        }
        kinds[arc] = kind;
        lengths[arc] = length;
    }

    private BigInteger scaled(Exact cost) {
        return cost.units().shiftRight(scaleShift);
    }

    private Exact cost(Kind kind, long length) {
        TierPrices prices = economics.prices();
        return switch (kind) {
            case IDLE -> Exact.of(prices.hot(), length);
            case HELD -> Exact.of(economics.standbyRate(), length);
            case STOP ->
                Exact.of(prices.stopCharge())
                        .plus(Exact.of(prices.hot(), prices.billedStop().toNanos()));
            case RESUME ->
                Exact.of(prices.resumeCharge())
                        .plus(Exact.of(prices.hot(), prices.billedResume().toNanos()));
            case LAUNCH -> launch;
            case END -> Exact.ZERO;
        };
    }

    private Bound read(long[] flow) {
        Exact spend = Exact.of(economics.prices().hot(), runs.busy());
        long launches = 0;
        long resumes = 0;
        Duration idleHot = Duration.ZERO;
        Duration standby = Duration.ZERO;
        for (int arc = 0; arc < flow.length; arc++) {
            if (flow[arc] == 0) {
                continue;
            }
            spend = spend.plus(cost(kinds[arc], lengths[arc]).times(flow[arc]));
            Duration held = Duration.ofNanos(lengths[arc]).multipliedBy(flow[arc]);
            switch (kinds[arc]) {
                case IDLE -> idleHot = idleHot.plus(held);
                case HELD -> standby = standby.plus(held);
                case RESUME -> resumes += flow[arc];
                case LAUNCH -> launches += flow[arc];
                case STOP, END -> {}
            }
        }
        return new Bound(
                runs.size(),
                spend.toMoney(),
                Exact.of(economics.prices().hot(), runs.busy()).toMoney(),
                launches,
                resumes,
                idleHot,
                standby,
                0,
                Duration.ZERO);
    }

    /** The hot node of a time, before any task without length that sits there. */
    private int beforeInstants(long time) {
        return Arrays.binarySearch(hotTimes, time);
    }

    /** The hot node of a time, after any task without length that sits there. */
    private int afterInstants(long time) {
        int instant = Arrays.binarySearch(instants, time);
        return instant < 0 ? beforeInstants(time) : hotTimes.length + instant;
    }

    private int standbyNode(long time) {
        return hotTimes.length + instants.length + Arrays.binarySearch(standbyTimes, time);
    }

    /**
     * The standby node of a time for those that served a task without length there. The same node, unless transitions take
     * no time: then an instance could stop after its task and resume before it.
     */
    private int standbyAfter(long time) {
        int instant = Arrays.binarySearch(instants, time);
        return instant < 0 || stop + resume > 0
                ? standbyNode(time)
                : hotTimes.length + instants.length + standbyTimes.length + instant;
    }

    private long[] hotTimes() {
        return distinct(times(true, 0), times(false, 0));
    }

    private long[] standbyTimes() {
        return distinct(times(true, -resume), times(false, stop));
    }

    private long[] times(boolean start, long shift) {
        long[] times = new long[runs.size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = (start ? runs.startNanos(i) : runs.endNanos(i)) + shift;
        }
        return distinct(times);
    }

    private long[] instants() {
        long[] times = new long[runs.size()];
        int size = 0;
        for (int i = 0; i < times.length; i++) {
            if (runs.startNanos(i) == runs.endNanos(i)) {
                times[size++] = runs.startNanos(i);
            }
        }
        return distinct(Arrays.copyOf(times, size));
    }

    private static long[] distinct(long[]... parts) {
        return Arrays.stream(parts)
                .flatMapToLong(Arrays::stream)
                .sorted()
                .distinct()
                .toArray();
    }
}
