package dev.warmfront.simulator;

import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.LinearProgram;
import dev.warmfront.cost.LinearSolution;
import dev.warmfront.cost.Network;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.WaitingProgram;
import dev.warmfront.cost.WaitingProgram.Job;
import dev.warmfront.cost.WaitingProgram.Waiting;
import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bound (c) beside policies on parts of traces: never above what one paid, and how far from its integer form. */
final class BoundChecks {

    private static final int TASKS = 1_000;
    private static final long SPAN = Duration.ofHours(6).toNanos() / 1000;
    private static final int FEW = 12;
    /** Slots of a sixth of a launch still say something. */
    private static final int COARSEST_PER_LAUNCH = 6;

    private static final int MOST_SLOTS = 2_500;
    private static final long MOST_VARIABLES = 40_000;

    /** A simplex that has not begun to move after a minute: the windows of the tasks of a chain add up along it. */
    private static final int HOPELESS_VARIABLES = 120_000;

    private static final int SLOTS_PER_LAUNCH = 200;
    private static final long SHORTEST_SLOT = 2_000_000_000L;

    private final BoundSolver solver;

    BoundChecks(BoundSolver solver) {
        this.solver = new Bounded(solver);
    }

    /** Does not begin what would not end. */
    private record Bounded(BoundSolver solver) implements BoundSolver {

        @Override
        public long[] minimumCostFlow(Network network) {
            return solver.minimumCostFlow(network);
        }

        @Override
        public LinearSolution minimise(LinearProgram program) {
            if (program.variables() > HOPELESS_VARIABLES) {
                throw new UnsolvedException("%,d variables".formatted(program.variables()));
            }
            return solver.minimise(program);
        }
    }

    /** Counts waits of tasks without parents, which are those that the program counts. */
    private static final class Waits implements Watcher {
        private long waits;
        private long longest;

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                        && trigger == TaskTrigger.ASSIGNED
                        && task.state() == TaskState.ASSIGNED) {
                    Instant eligible = task.eligibleAt();
                    Instant assigned = task.assignedAt();
                    long wait = eligible == null || assigned == null
                            ? 0
                            : DemandPolicy.micros(assigned) - DemandPolicy.micros(eligible);
                    waits += wait > 0 && task.spec().parents().isEmpty() ? 1 : 0;
                    longest = Math.max(longest, wait);
                }
            }
        }
    }

    /** The first submissions of what is not learned on, until there are so many tasks. */
    private static ListTrace part(Trace trace, double train, int most, long spanMicros) {
        List<Submission> all = ListTrace.of(trace).submissions();
        long from = all.getFirst().submitMicros()
                + Math.round((all.getLast().submitMicros() - all.getFirst().submitMicros()) * train);
        List<Submission> part = new ArrayList<>();
        int tasks = 0;
        long first = -1;
        for (Submission submission : all) {
            if (submission.submitMicros() < from) {
                continue;
            }
            first = first < 0 ? submission.submitMicros() : first;
            tasks += submission.tasks().size();
            if ((tasks > most && !part.isEmpty()) || submission.submitMicros() - first > spanMicros) {
                break;
            }
            // Months of runtime would be months of slots.
            List<TraceTask> capped = submission.tasks().stream()
                    .map(task -> new TraceTask(task.type(), Math.min(task.runtimeMicros(), SPAN), task.parents()))
                    .toList();
            part.add(new Submission(submission.submitMicros() - first, submission.tenant(), capped));
        }
        return new ListTrace(trace.name(), part, 0);
    }

    private static List<Job> jobs(ListTrace part) {
        List<Job> jobs = new ArrayList<>();
        for (Submission submission : part.submissions()) {
            int first = jobs.size();
            for (TraceTask task : submission.tasks()) {
                jobs.add(new Job(
                        submission.submitMicros() * 1000,
                        task.runtimeMicros() * 1000,
                        task.parents().stream().map(parent -> first + parent).toList()));
            }
        }
        return jobs;
    }

    /** What a policy paid, how many of its tasks waited and how long at most. */
    private record Paid(String policy, double spend, long waits, long longest) {}

    /** All policies on a part of a trace. */
    private record Played(ListTrace part, Replay replay, List<Paid> paid) {

        static Played of(ListTrace part, ReplayOptions options, List<Contestant> contestants) {
            Replay replay = new Replay(part, options);
            List<Paid> paid = new ArrayList<>();
            for (Contestant contestant : contestants) {
                if (contestant instanceof PolicyFamily family) {
                    double knob = family.sweep().get(family.sweep().size() / 2);
                    Waits counted = new Waits();
                    Scores scores = replay.simulate(family.at(knob, options), "", List.of(counted));
                    paid.add(new Paid(family.name(), scores.spendUsd().doubleValue(), counted.waits, counted.longest));
                }
            }
            return new Played(part, replay, paid);
        }

        /** About as many as the program will have: a start in each slot that a task may wait, and the same for each edge. */
        long variables(TierEconomics economics) {
            long longest = paid.stream().mapToLong(Paid::longest).max().orElseThrow();
            long edges = jobs(part).stream()
                    .mapToLong(job -> 2L * job.parents().size())
                    .sum();
            return (replay.tasks() + edges)
                    * (longest * 1000 / slot(replay, economics, longest).toNanos() + 2);
        }
    }

    /**
     * A row of the table; the program is checked against every policy with the middle one of its knobs.
     *
     * @throws IllegalStateException when one paid less than the bound
     */
    String waitingBound(
            String what, int launchSeconds, Trace trace, ReplayOptions options, List<Contestant> contestants) {
        ReplayOptions untaught = options.withProtocol(0, Duration.ofDays(36_500), Duration.ofSeconds(10), 1);
        int coarser = 1;
        for (int most = TASKS; ; most = Math.max(FEW, most / 2)) {
            Played played = Played.of(part(trace, options.trainFraction(), most, SPAN), untaught, contestants);
            if (played.variables(untaught.economics()) > MOST_VARIABLES && most > FEW) {
                continue;
            }
            try {
                return row(what, launchSeconds, untaught, played, coarser);
            } catch (BoundSolver.UnsolvedException tooLong) {
                // A single workflow cannot be halved: longer slots then, as long as they say anything.
                coarser *= most <= FEW ? 2 : 1;
                if (SHORTEST_SLOT * coarser * COARSEST_PER_LAUNCH
                        > Duration.ofSeconds(launchSeconds).toNanos()) {
                    return "| %s | %d s | %d | – | – | – | %s |"
                            .formatted(what, launchSeconds, played.replay().tasks(), tooLong.getMessage());
                }
            }
        }
    }

    private String row(String what, int launchSeconds, ReplayOptions untaught, Played played, int coarser) {
        ListTrace part = played.part();
        Replay replay = played.replay();
        List<Paid> paid = played.paid();
        long waits = paid.stream().mapToLong(Paid::waits).max().orElseThrow();
        long longest = paid.stream().mapToLong(Paid::longest).max().orElseThrow();
        Paid ready = paid.stream().min(Comparator.comparingLong(Paid::waits)).orElseThrow();
        Paid cheapest =
                paid.stream().min(Comparator.comparingDouble(Paid::spend)).orElseThrow();
        double dearest = paid.stream().mapToDouble(Paid::spend).max().orElseThrow();
        Duration slot = slot(replay, untaught.economics(), longest).multipliedBy(coarser);
        Duration readySlot = slot(replay, untaught.economics(), ready.longest()).multipliedBy(coarser);
        double all = solved(part, untaught, waits, longest, slot);
        double few = solved(part, untaught, ready.waits(), ready.longest(), readySlot);
        mustNotExceed(all, cheapest, what, launchSeconds);
        mustNotExceed(few, ready, what, launchSeconds);
        return String.format(
                Locale.ROOT,
                "| %s | %d s | %,d | %.1f s | %.3f | %.2f … %.2f | %s (%d waits) %.3f |",
                what,
                launchSeconds,
                replay.tasks(),
                slot.toMillis() / 1e3,
                all / replay.bound().spend().toDollars().doubleValue(),
                dearest / all,
                cheapest.spend() / all,
                ready.policy(),
                ready.waits(),
                ready.spend() / few);
    }

    private double solved(ListTrace part, ReplayOptions options, long waits, long longestMicros, Duration slot) {
        Waiting waiting = Waiting.atMost(Duration.ZERO, waits, Duration.ofNanos(longestMicros * 1000));
        return WaitingProgram.relaxed(jobs(part), options.economics(), waiting, slot, solver)
                .spendUsd();
    }

    private static void mustNotExceed(double bound, Paid policy, String what, int launchSeconds) {
        if (bound > policy.spend() * (1 + 1e-9)) {
            throw new IllegalStateException("bound (c) is %s, and %s paid %s on %s at %d s"
                    .formatted(bound, policy.policy(), policy.spend(), what, launchSeconds));
        }
    }

    /** As fine as the solver's time allows: what lasts shorter than a slot costs nothing in the program. */
    private static Duration slot(Replay replay, TierEconomics economics, long longestMicros) {
        long end = 0;
        for (int i = 0; i < replay.runs().size(); i++) {
            end = Math.max(end, replay.runs().endNanos(i));
        }
        long fitting = (end + longestMicros * 1000) / MOST_SLOTS;
        long launch = economics.leads().launch().toNanos() / SLOTS_PER_LAUNCH;
        return Duration.ofNanos(Math.max(SHORTEST_SLOT, Math.max(fitting, launch)));
    }

    /** The relaxation beside the integer program on times that are whole slots, so that both are exact. */
    Optional<String> integralityGap(String what, Trace trace, double train) {
        // A workflow cannot be cut: those that are too large for whole numbers are left out.
        List<Submission> small = ListTrace.of(trace).submissions().stream()
                .filter(submission -> submission.tasks().size() <= FEW)
                .toList();
        if (small.isEmpty()) {
            return Optional.empty();
        }
        ListTrace part = part(
                new ListTrace(what, small, 0),
                train,
                FEW,
                Duration.ofMinutes(30).toNanos() / 1000);
        List<Job> raw = jobs(part);
        if (raw.size() < 2) {
            return Optional.empty();
        }
        ReplayOptions options =
                ReplayOptions.DEFAULT.withLeads(Lead.ofSeconds(120), Lead.ofSeconds(30), Lead.ofSeconds(30));
        Duration slot = Duration.ofSeconds(30);
        List<Job> jobs = raw.stream()
                .map(job -> new Job(
                        whole(job.arrivalNanos(), slot),
                        Math.min(
                                whole(job.runtimeNanos(), slot) + slot.toNanos(),
                                Duration.ofHours(1).toNanos()),
                        job.parents()))
                .toList();
        Waiting waiting = Waiting.atMost(Duration.ZERO, Math.max(1, raw.size() / 10), Duration.ofMinutes(2));
        double relaxed;
        double integral;
        try {
            relaxed = WaitingProgram.relaxed(jobs, options.economics(), waiting, slot, solver)
                    .spendUsd();
            integral = WaitingProgram.integral(jobs, options.economics(), waiting, slot, solver)
                    .spendUsd();
        } catch (BoundSolver.UnsolvedException unsolved) {
            return Optional.of("| %s | %d | 30 s | %s |".formatted(what, raw.size(), unsolved.getMessage()));
        }
        return Optional.of(String.format(
                Locale.ROOT, "| %s | %d | 30 s | %.2f %% |", what, raw.size(), 100 * (integral - relaxed) / integral));
    }

    private static long whole(long nanoseconds, Duration slot) {
        return nanoseconds / slot.toNanos() * slot.toNanos();
    }
}
