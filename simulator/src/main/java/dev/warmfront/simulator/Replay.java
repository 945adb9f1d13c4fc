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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Replays a trace under policies and scores them against the clairvoyant's bound (policy.md §2, §8). The prefix is shown
 * to policies that learn; the suffix is simulated from an empty pool and scored. Tasks that the prefix left running do not
 * exist in the suffix, neither for the policies nor for the bound. Because the pool begins empty, waits within the first
 * 2·L_O are not counted; money is, for policies and bound alike.
 */
public final class Replay {

    private final ReplayOptions options;
    private final String name;
    private final long skipped;
    private final List<Submission> prefix = new ArrayList<>();
    private final List<Submission> suffix = new ArrayList<>();
    private final long from;
    private final Bound bound;

    /** One policy's frontier over its knob, with the point that meets the target at the least overhead. */
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
        this.options = options;
        ListTrace all = trace instanceof ListTrace list ? list : ListTrace.of(trace);
        this.name = all.name();
        this.skipped = all.skipped();
        if (all.submissions().isEmpty()) {
            throw new TraceException(Path.of(all.name()), 0, "runtime_s", "no row has a runtime");
        }
        long first = all.submissions().getFirst().submitMicros();
        long last = all.submissions().getLast().submitMicros();
        this.from = first + Math.round((last - first) * options.trainFraction());
        long until = from + Math.min(options.scored().toSeconds() * 1_000_000, Long.MAX_VALUE / 4);
        for (Submission submission : all.submissions()) {
            if (submission.submitMicros() < from) {
                prefix.add(submission);
            } else if (submission.submitMicros() < until) {
                suffix.add(submission);
            }
        }
        if (suffix.isEmpty()) {
            throw new TraceException(Path.of(all.name()), 0, "submit_s", "no task is left to score");
        }
        this.bound = ClosedFormBound.of(runs(suffix, from), options.economics());
    }

    /** When machines would be busy if nobody waited, since the beginning of what is scored. */
    static Runs runs(List<Submission> submissions, long from) {
        Runs.Builder runs = Runs.builder();
        for (Submission submission : submissions) {
            long[] starts = Learning.nominalStarts(submission);
            for (int i = 0; i < starts.length; i++) {
                runs.add((starts[i] - from) * 1000, submission.tasks().get(i).runtimeMicros() * 1000);
            }
        }
        return runs.build();
    }

    public String name() {
        return name;
    }

    /** Rows of the trace that have no runtime. */
    public long skipped() {
        return skipped;
    }

    public ReplayOptions options() {
        return options;
    }

    /** What the clairvoyant pays for the scored part: bound (a), exact, since all transitions are billed here. */
    public Bound bound() {
        return bound;
    }

    /** The companions of policy.md §2d for the scored part. */
    public Bound optimumThatReacts() {
        return ClosedFormBound.react(runs(suffix, from), options.economics(), options.waitPrice());
    }

    /** OPT-W: sees the next {@code window} perfectly. */
    public Bound optimumWithin(Duration window) {
        return ClosedFormBound.window(runs(suffix, from), options.economics(), window);
    }

    /** Replays every family over its knob. */
    public List<PolicyResult> run(List<PolicyFamily> families, Listener listener) {
        int total = families.stream().mapToInt(family -> family.sweep().size()).sum();
        int done = 0;
        List<PolicyResult> results = new ArrayList<>();
        for (PolicyFamily family : families) {
            List<Scores> frontier = new ArrayList<>();
            for (double knob : family.sweep()) {
                listener.at(done++, total, family.name());
                frontier.add(score(family, knob));
            }
            Optional<Scores> atTarget = frontier.stream()
                    .filter(scores -> scores.waitingShare() <= options.waitingShare())
                    .min(Comparator.comparingDouble(Scores::rhoOverhead));
            results.add(new PolicyResult(family.name(), family.knob(), frontier, atTarget));
        }
        return results;
    }

    /** One replay of the scored part. */
    public Scores score(PolicyFamily family, double knob) {
        long day = Duration.ofDays(1).toNanos() / 1000;
        long span = suffix.getLast().submitMicros() - from;
        Scorekeeper keeper = new Scorekeeper(from, 2 * options.launch().medianMicros(), Math.clamp(span, 1, day));
        return simulate(family.at(knob, options), keeper, family.knob().isEmpty() ? "" : plain(knob), List.of());
    }

    Scores simulate(PolicyFamily.Candidate candidate, Scorekeeper keeper, String knob, List<Watcher> more) {
        List<Watcher> watchers = new ArrayList<>(more);
        watchers.add(keeper);
        if (candidate.policy() instanceof DemandObserver observer) {
            Learning.train(prefix, from, tenantNames(), observer);
            watchers.add(new Learning(observer));
        }
        Scheduler scheduler = new Scheduler(List.of(candidate.policy()));
        CellState cell = CellState.empty(cellSettings());
        Simulation simulation = new Simulation(
                settings(candidate),
                (state, event, now) -> {
                    long begun = System.nanoTime();
                    Decision decision = scheduler.decide(state, event, now);
                    keeper.took(System.nanoTime() - begun);
                    return decision;
                },
                cell,
                watchers);
        try (Trace.Cursor cursor = new ListTrace(name, suffix, 0).open()) {
            simulation.run(cursor, from);
        }
        return keeper.scores(knob, cell, simulation.instant(), bound);
    }

    /** As the simulation will call them: in the order in which they come in the suffix, then the others. */
    private UnaryOperator<String> tenantNames() {
        Map<String, String> names = new HashMap<>();
        suffix.forEach(submission -> names.computeIfAbsent(submission.tenant(), key -> "tenant-" + names.size()));
        return tenant -> names.computeIfAbsent(tenant, key -> "tenant-" + names.size());
    }

    private SimulationSettings settings(PolicyFamily.Candidate candidate) {
        return new SimulationSettings(
                cellSettings(),
                candidate.settings(),
                options.offering(),
                ReplayOptions.wholeMachine(),
                Isolation.SHARED,
                options.launch(),
                options.resume(),
                options.stop(),
                options.tickMicros(),
                Mishaps.NONE,
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

    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
