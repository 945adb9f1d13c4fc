package dev.warmfront.simulator;

import dev.warmfront.cost.Bound;
import dev.warmfront.cost.ClosedFormBound;
import dev.warmfront.cost.Runs;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Scheduler;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Replays a trace under policies and scores them against the clairvoyant's bound (policy.md §2, §8), as {@link Protocol} splits
 * it. When scoring begins, a policy is charged for the machines that it has as if it had launched each of them then, for
 * that is what the clairvoyant pays for its own.
 *
 * <p>One class, one pool: each task fills one machine, which is what the bound counts, too.
 */
public final class Replay {

    /** How often the interval is halved in which a knob begins to meet the target. */
    private static final int LOOKS = 4;

    private final ReplayOptions options;
    private final Shift shift;
    private final Protocol protocol;
    private final String name;
    private final Bound bound;

    /** One contestant's frontier over its knob, with the point that meets the target at the least overhead. */
    public record PolicyResult(String name, String knob, List<Scores> frontier, Optional<Scores> atTarget) {
        public PolicyResult {
            frontier = List.copyOf(frontier);
        }

        /** The point to show: at the target, or else the one where fewest tasks wait. */
        public Scores best() {
            return atTarget.orElseGet(() -> frontier.stream()
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
        this.bound = ClosedFormBound.of(protocol.runs(), options.economics());
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

    /**
     * What the clairvoyant pays for the scored part: bound (a). Its precondition, a concave cost of gaps, holds because all
     * transitions are billed here ({@link ReplayOptions#economics}); where it did not, computing it would be refused.
     */
    public Bound bound() {
        return bound;
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
     * Scores every contestant over its knob, as many at once as there are processors.
     *
     * @param listener called by one thread at a time
     */
    public List<PolicyResult> run(List<? extends Contestant> contestants, Listener listener) {
        record Point(Contestant contestant, double knob) {}
        List<Point> points = contestants.stream()
                .flatMap(one -> one.sweep().stream().map(knob -> new Point(one, knob)))
                .toList();
        AtomicInteger begun = new AtomicInteger();
        List<Scores> scores = points.parallelStream()
                .map(point -> {
                    synchronized (begun) {
                        listener.at(
                                begun.getAndIncrement(),
                                points.size() + contestants.size(),
                                point.contestant().name());
                    }
                    return point.contestant().scored(this, point.knob());
                })
                .toList();
        List<Integer> ends = new ArrayList<>(List.of(0));
        contestants.forEach(one -> ends.add(ends.getLast() + one.sweep().size()));
        return IntStream.range(0, contestants.size())
                .parallel()
                .mapToObj(i -> {
                    synchronized (begun) {
                        listener.at(
                                begun.getAndIncrement(),
                                points.size() + contestants.size(),
                                contestants.get(i).name());
                    }
                    return refined(contestants.get(i), scores.subList(ends.get(i), ends.get(i + 1)));
                })
                .toList();
    }

    /** Looks closer between the cheapest knob that meets the target and its neighbours that do not. */
    private PolicyResult refined(Contestant contestant, List<Scores> swept) {
        List<Double> knobs = new ArrayList<>(contestant.sweep());
        List<Scores> frontier = new ArrayList<>(swept);
        for (int look = 0; look < LOOKS; look++) {
            int best = cheapest(frontier);
            int neighbour = best < 0 ? -1 : failing(frontier, best);
            if (neighbour < 0) {
                break;
            }
            double middle = middle(contestant, knobs.get(best), knobs.get(neighbour));
            if (knobs.contains(middle)) {
                break;
            }
            int place = Math.max(best, neighbour);
            knobs.add(place, middle);
            frontier.add(place, contestant.scored(this, middle));
        }
        int best = cheapest(frontier);
        return new PolicyResult(
                contestant.name(),
                contestant.knob(),
                frontier,
                best < 0 ? Optional.empty() : Optional.of(frontier.get(best)));
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
        Scorekeeper keeper = new Scorekeeper(protocol.from(), graceEnds(), Math.clamp(span, 1, day));
        SimulationSettings settings = settings(candidate);
        TaskMaker maker = settings.maker();
        List<Watcher> watchers = new ArrayList<>(more);
        watchers.add(keeper);
        if (candidate.policy() instanceof DemandObserver observer) {
            try (Trace.Cursor cursor = protocol.taught().open()) {
                new Learning.Training(observer, maker).tell(cursor, protocol.begins());
            }
            watchers.add(new Learning(observer));
        }
        Scheduler scheduler = new Scheduler(List.of(candidate.policy()));
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
        simulation.at(protocol.from(), () -> keeper.takeOver(cell, simulation.instant(), options.economics()));
        try (Trace.Cursor cursor = protocol.played().open()) {
            simulation.run(cursor, protocol.begins());
        }
        return keeper.scores(knob, cell, simulation.instant(), bound);
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
