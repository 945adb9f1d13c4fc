package dev.warmfront.simulator;

import dev.warmfront.cost.Bound;
import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.Circulation;
import dev.warmfront.cost.ClosedFormBound;
import dev.warmfront.cost.Runs;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.PoolId;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.DemandListener;
import dev.warmfront.scheduler.Scheduler;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Replays a trace under policies and scores them against the clairvoyant's bound (policy.md §2, §8), as {@link Protocol} splits
 * it. When scoring begins, a policy is charged for the machines that it has as if it had launched each of them then, for
 * that is what the clairvoyant pays for its own.
 *
 * <p>One class, one pool: each task fills one machine, which is what the bound counts, too.
 */
public final class Replay {

    /** Charges are wanted at the end only; those between would be most of the work. */
    private static final Duration CHARGED_EVERY = Duration.ofDays(30);

    /** How often the interval is halved in which a knob begins to meet the target. */
    private static final int LOOKS = 4;

    private final ReplayOptions options;
    private final Shift shift;
    private final Protocol protocol;
    private final String name;
    private final Method method;
    private final Bound bound;

    /** How the bound is computed: both are exact where they may be used (policy.md §2). */
    public enum Method {
        /** Where the cost of a gap is concave in its length: when all transitions are billed. */
        CLOSED_FORM("a", "closed-form"),
        /** Everywhere, by a solver. */
        CIRCULATION("b", "circulation");

        private final String letter;
        private final String label;

        Method(String letter, String label) {
            this.letter = letter;
            this.label = label;
        }

        /** In policy.md §2. */
        public String letter() {
            return letter;
        }

        /** Kebab-case. */
        public String label() {
            return label;
        }

        private static Method of(TierEconomics economics) {
            return economics.isConcave() ? CLOSED_FORM : CIRCULATION;
        }

        private Bound bound(Runs runs, TierEconomics economics) {
            return this == CLOSED_FORM
                    ? ClosedFormBound.of(runs, economics)
                    : Circulation.of(
                            runs,
                            economics,
                            ServiceLoader.load(BoundSolver.class)
                                    .findFirst()
                                    .orElseThrow(
                                            () -> new IllegalArgumentException(
                                                    "with these prices the bound needs a solver, and none is on the class path")));
        }
    }

    /**
     * One contestant's frontier over its knob.
     *
     * @param atTarget the point of record where it meets the target: that of the frozen knob, or else the one with the least
     *     overhead, in hindsight
     * @param frozen that of the frozen knob, where there is one
     */
    public record PolicyResult(
            String name, String knob, List<Scores> frontier, Optional<Scores> atTarget, Optional<Scores> frozen) {
        public PolicyResult {
            frontier = List.copyOf(frontier);
        }

        /** The point to show: the frozen one, or the one at the target, or else the one where fewest tasks wait. */
        public Scores best() {
            return frozen.or(() -> atTarget).orElseGet(() -> frontier.stream()
                    .min(Comparator.comparingDouble(Scores::waitingShare).thenComparingDouble(Scores::rhoOverhead))
                    .orElseThrow());
        }
    }

    /** Told how far a long replay is. */
    @FunctionalInterface
    public interface Listener {
        /** About to replay number {@code done} (from 0) of {@code total}. */
        void at(int done, int total, String what);
    }

    /**
     * Reads and splits the trace, and computes the bound.
     *
     * @throws TraceException when the trace is bad, or nothing of it is left to score
     */
    public Replay(Trace trace, ReplayOptions options) {
        this(trace, options, Shift.NONE);
    }

    /**
     * The same with a shift of what is scored.
     *
     * @throws TraceException when the trace is bad, or nothing of it is left to score
     */
    public Replay(Trace trace, ReplayOptions options, Shift shift) {
        this.options = options;
        this.shift = shift;
        this.name = trace.name();
        this.protocol = new Protocol(trace, options, shift);
        this.method = Method.of(options.economics());
        this.bound = method.bound(protocol.runs(), options.economics());
    }

    public String name() {
        return name;
    }

    /** Rows of the trace that have no runtime. */
    public long skipped() {
        return protocol.skipped();
    }

    public ReplayOptions options() {
        return options;
    }

    /** Tasks submitted in the scored part. */
    public long tasks() {
        return protocol.tasks();
    }

    /** What was done to the scored part. */
    public Shift shift() {
        return shift;
    }

    /** When the shift begins to be felt, since the origin of the trace; not while the pool is still filling. */
    long onsetMicros() {
        return Math.max(shift.onset(protocol.from(), protocol.last()), graceEnds());
    }

    /** A pool that begins empty has had time for two launches. */
    private long graceEnds() {
        return Math.max(
                protocol.from(), protocol.begins() + 2 * options.launch().medianMicros());
    }

    /** How much virtual time is scored. */
    public Duration scored() {
        return Duration.ofNanos((protocol.last() - protocol.from()) * 1000);
    }

    /** When machines would be busy if nobody waited, from the beginning of what is scored. */
    public Runs runs() {
        return protocol.runs();
    }

    /** What the clairvoyant pays for the scored part, exactly. */
    public Bound bound() {
        return bound;
    }

    /** Whether the bound is what the clairvoyant pays, and not less: less where a minimum per start may bind. */
    public boolean isBoundExact() {
        Runs runs = protocol.runs();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < runs.size(); i++) {
            shortest = Math.min(shortest, runs.endNanos(i) - runs.startNanos(i));
        }
        return !options.minimumMayBind(Duration.ofNanos(shortest));
    }

    /** How that was computed. */
    public Method method() {
        return method;
    }

    /** OPT-react of policy.md §2d for the scored part. */
    public Bound optimumThatReacts() {
        return ClosedFormBound.react(protocol.runs(), options.economics(), options.waitPrice());
    }

    /** OPT-W: sees the next {@code window} perfectly. */
    public Bound optimumWithin(Duration window) {
        return ClosedFormBound.window(protocol.runs(), options.economics(), window);
    }

    /**
     * Scores every contestant over its knob, as many at once as there are processors. A sweep ends early when it has met the
     * target twice in a row at rising overhead: what comes then is only dearer.
     *
     * @param listener called by one thread at a time
     */
    public List<PolicyResult> run(List<? extends Contestant> contestants, Listener listener) {
        int total = contestants.stream().mapToInt(one -> one.sweep().size()).sum();
        AtomicInteger begun = new AtomicInteger();
        return contestants.parallelStream()
                .map(contestant -> new Sweep(contestant).run(() -> {
                    synchronized (begun) {
                        listener.at(Math.min(begun.getAndIncrement(), total - 1), total, contestant.name());
                    }
                }))
                .toList();
    }

    /** One contestant's way over its knob. */
    private final class Sweep {

        private final Contestant contestant;
        private final List<Double> knobs = new ArrayList<>();
        private final List<Scores> frontier = new ArrayList<>();

        Sweep(Contestant contestant) {
            this.contestant = contestant;
        }

        PolicyResult run(Runnable begins) {
            for (double knob : contestant.sweep()) {
                begins.run();
                add(frontier.size(), knob);
                if (onlyGetsDearer()) {
                    break;
                }
            }
            for (int look = 0; look < LOOKS && lookCloser(); look++) {
                begins.run();
            }
            Optional<Scores> frozen = frozen();
            int best = cheapest(frontier);
            Optional<Scores> inHindsight = best < 0 ? Optional.empty() : Optional.of(frontier.get(best));
            return new PolicyResult(
                    contestant.name(),
                    contestant.knob(),
                    frontier,
                    frozen.isPresent() ? frozen.filter(Replay.this::meetsTarget) : inHindsight,
                    frozen);
        }

        private Optional<Scores> frozen() {
            if (contestant.frozen().isEmpty()) {
                return Optional.empty();
            }
            int place = knobs.indexOf(contestant.frozen().getAsDouble());
            return Optional.of(
                    place >= 0
                            ? frontier.get(place)
                            : contestant.scored(Replay.this, contestant.frozen().getAsDouble()));
        }

        private void add(int place, double knob) {
            Scores scores = contestant.scored(Replay.this, knob);
            knobs.add(place, knob);
            frontier.add(place, scores);
        }

        private boolean onlyGetsDearer() {
            int last = frontier.size() - 1;
            return last >= 2
                    && meetsTarget(frontier.get(last))
                    && meetsTarget(frontier.get(last - 1))
                    && overhead(last) > overhead(last - 1)
                    && overhead(last - 1) > overhead(last - 2);
        }

        private double overhead(int place) {
            return frontier.get(place).overheadUsd().doubleValue();
        }

        /** Between the cheapest knob that meets the target and a neighbour that does not; false where there is nothing to see. */
        private boolean lookCloser() {
            int best = cheapest(frontier);
            int neighbour = best < 0 ? -1 : failing(frontier, best);
            if (neighbour < 0) {
                return false;
            }
            double middle = middle(contestant, knobs.get(best), knobs.get(neighbour));
            if (knobs.contains(middle)) {
                return false;
            }
            add(Math.max(best, neighbour), middle);
            return true;
        }
    }

    /** The place of the cheapest that meets the target; −1 when none does. */
    private int cheapest(List<Scores> frontier) {
        int best = -1;
        for (int i = 0; i < frontier.size(); i++) {
            boolean cheaper = best < 0
                    || frontier.get(i)
                                    .overheadUsd()
                                    .compareTo(frontier.get(best).overheadUsd())
                            < 0;
            if (meetsTarget(frontier.get(i)) && cheaper) {
                best = i;
            }
        }
        return best;
    }

    private int failing(List<Scores> frontier, int place) {
        if (place > 0 && !meetsTarget(frontier.get(place - 1))) {
            return place - 1;
        }
        return place + 1 < frontier.size() && !meetsTarget(frontier.get(place + 1)) ? place + 1 : -1;
    }

    private boolean meetsTarget(Scores scores) {
        return scores.waitingShare() <= options.waitingShare();
    }

    private static double middle(Contestant contestant, double one, double other) {
        double middle = one > 0 && other > 0 ? Math.sqrt(one * other) : (one + other) / 2;
        // Three digits are as many as anybody would set.
        return contestant.countsWholes()
                ? Math.rint(middle)
                : BigDecimal.valueOf(middle).round(new MathContext(3)).doubleValue();
    }

    /** One replay of the scored part. */
    public Scores score(PolicyFamily family, double knob) {
        return simulate(family.at(knob, options), family.knob().isEmpty() ? "" : plain(knob), List.of());
    }

    /** One replay of the scored part, with others looking on. */
    Scores simulate(PolicyFamily.Candidate candidate, String knob, List<Watcher> more) {
        long day = Duration.ofDays(1).toNanos() / 1000;
        long span = protocol.last() - protocol.from();
        Scorekeeper keeper = new Scorekeeper(options, protocol.from(), graceEnds(), Math.clamp(span, 1, day));
        SimulationSettings settings = settings(candidate);
        TaskMaker maker = settings.maker().with(options.edges());
        List<Watcher> watchers = new ArrayList<>(more);
        watchers.add(keeper);
        Mining mining =
                options.edges() == Edges.MINED && candidate.policy() instanceof DemandListener ? new Mining() : null;
        if (mining != null) {
            watchers.add(new Learning(mining));
        }
        if (candidate.policy() instanceof DemandListener listener) {
            PoolId pool = new PoolId(options.offering().id(), IsolationDomain.SHARED);
            teach(new Learning.Prefix(listener, pool, options.offering(), mining), maker);
        } else if (candidate.policy() instanceof DemandObserver observer) {
            teach(observer, maker);
            watchers.add(new Learning(observer));
        }
        Scheduler scheduler = new Scheduler(List.of(candidate.policy()), CHARGED_EVERY);
        CellState cell = CellState.empty(cellSettings());
        Simulation simulation = new Simulation(
                settings,
                maker,
                (state, event, now) -> {
                    long begun = System.nanoTime();
                    Decision decision = scheduler.decide(state, event, now);
                    keeper.took(System.nanoTime() - begun);
                    return decision;
                },
                cell,
                watchers);
        if (mining != null) {
            simulation.mine(mining);
        }
        long[] before = new long[1];
        simulation.at(protocol.from(), () -> {
            keeper.takeOver(cell, simulation.instant());
            before[0] = simulation.happened();
        });
        try (Trace.Cursor cursor = protocol.played().open()) {
            simulation.run(cursor, protocol.begins());
        }
        return keeper.scores(knob, cell, simulation.instant(), bound, simulation.happened() - before[0]);
    }

    private void teach(DemandObserver observer, TaskMaker maker) {
        try (Trace.Cursor cursor = protocol.taught().open()) {
            new Learning.Training(observer, maker).tell(cursor, protocol.begins());
        }
    }

    private SimulationSettings settings(PolicyFamily.Candidate candidate) {
        return new SimulationSettings(
                cellSettings(),
                candidate.settings(),
                options.offering(),
                ReplayOptions.wholeMachine(),
                tenant -> Isolation.SHARED,
                options.launch(),
                options.resume(),
                options.stop(),
                options.environmentLoad().toNanos() / 1000,
                options.calls(),
                options.tickMicros(),
                Mishaps.NONE,
                shift.disturbance(protocol.from(), protocol.last()),
                options.seed());
    }

    /** Nothing is overdue and nothing rationed in a replay: lead times are what they are. */
    private static CellSettings cellSettings() {
        Duration patience = Duration.ofDays(30);
        return new CellSettings(
                new CellId("replay"),
                patience,
                patience,
                Duration.ofSeconds(30),
                patience,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE);
    }

    /** A knob as people read it. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
