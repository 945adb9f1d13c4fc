package dev.warmfront.simulator;

import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.WaitingProgram;
import dev.warmfront.cost.WaitingProgram.Job;
import dev.warmfront.cost.WaitingProgram.Optimum;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bound (c) beside policies on small parts of traces: never above what one paid, and how far from its integer form. */
final class BoundChecks {

    private static final int TASKS = 120;
    private static final long SPAN = Duration.ofHours(3).toNanos() / 1000;
    private static final int FEW = 12;
    private static final int MOST_SLOTS = 2_500;
    private static final int SLOTS_PER_LAUNCH = 200;
    private static final long SHORTEST_SLOT = 2_000_000_000L;

    private final BoundSolver solver;

    BoundChecks(BoundSolver solver) {
        this.solver = solver;
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
            if (tasks > most || submission.submitMicros() - first > spanMicros) {
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

    /**
     * A row of the table; the program is checked against every policy that meets the target with its best knob.
     *
     * @throws IllegalStateException when one paid less than the bound
     */
    String waitingBound(
            String what, int launchSeconds, Trace trace, ReplayOptions options, List<Contestant> contestants) {
        ListTrace part = part(trace, options.trainFraction(), TASKS, SPAN);
        if (part.submissions().isEmpty()) {
            return "| %s | %d s | 0 | – | – | nothing within three hours |".formatted(what, launchSeconds);
        }
        ReplayOptions untaught = options.withProtocol(0, Duration.ofDays(36_500), Duration.ofSeconds(10), 1);
        Replay replay = new Replay(part, untaught);
        List<Double> spends = new ArrayList<>();
        long waits = 0;
        long longest = 0;
        for (Contestant contestant : contestants) {
            if (contestant instanceof PolicyFamily family) {
                double knob = family.sweep().get(family.sweep().size() / 2);
                Waits counted = new Waits();
                Scores scores = replay.simulate(family.at(knob, untaught), "", List.of(counted));
                spends.add(scores.spendUsd().doubleValue());
                waits = Math.max(waits, counted.waits);
                longest = Math.max(longest, counted.longest);
            }
        }
        TierEconomics economics = untaught.economics();
        Optimum optimum;
        try {
            optimum = WaitingProgram.relaxed(
                    jobs(part),
                    economics,
                    Waiting.atMost(Duration.ZERO, waits, Duration.ofNanos(longest * 1000)),
                    slot(replay, economics, longest),
                    solver);
        } catch (BoundSolver.UnsolvedException unsolved) {
            return "| %s | %d s | %d | – | – | %s |"
                    .formatted(what, launchSeconds, replay.tasks(), unsolved.getMessage());
        }
        double least = spends.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double most = spends.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        if (optimum.spendUsd() > least * (1 + 1e-9)) {
            throw new IllegalStateException("bound (c) is %s, and a policy paid %s on %s at %d s"
                    .formatted(optimum.spendUsd(), least, what, launchSeconds));
        }
        return String.format(
                Locale.ROOT,
                "| %s | %d s | %d | %.3f | %.2f … %.2f | yes |",
                what,
                launchSeconds,
                replay.tasks(),
                optimum.spendUsd() / replay.bound().spend().toDollars().doubleValue(),
                most / optimum.spendUsd(),
                least / optimum.spendUsd());
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
        ListTrace part = part(trace, train, FEW, Duration.ofMinutes(30).toNanos() / 1000);
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
