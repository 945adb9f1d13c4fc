package dev.warmfront.simulator;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A run that was live, played again in the simulator with one thing after the other as it was measured live: how far each of them
 * explains the difference between what was predicted and what came. All times are microseconds since the run began.
 */
public final class Rehearsal {

    /** Each is played so often. */
    private static final int PLAYS = 10;

    /** With every task as much later at random: by no more than it takes to submit one, and no two runs are alike. */
    private static final long JITTER = 50_000;

    private static final long SECOND = 1_000_000;

    /**
     * A task.
     *
     * @param type by which it is learned
     * @param atMicros when it could run
     * @param micros how long it has its machine
     */
    public record Work(String type, long atMicros, long micros) {}

    /**
     * What began and took its time.
     *
     * @param atMicros when it began
     */
    public record Took(long atMicros, long micros) {}

    /** Lead times that were planned with from a moment on. */
    public record Planned(long fromMicros, LeadTimes leads) {}

    /**
     * What was measured.
     *
     * @param policy its name
     * @param knob as the contestant of that name takes it
     * @param plan the tasks as they were to come
     * @param came the same as they came: from when each could run, and how long it had its machine
     * @param accepted from the request of each launch until the machine was billed
     * @param launched from then until it was ready, by when that began; at least one
     * @param ended from the request to end each machine until it was billed no more; may be empty
     * @param planned lead times that were planned with, in the order of time; empty where
     *     nobody goes by them
     * @param machines that could be at once
     * @param standbyPriceFraction what standby costs as part of what a machine costs that runs
     */
    public record Measured(
            String policy,
            double knob,
            List<Work> plan,
            List<Work> came,
            List<Took> accepted,
            List<Took> launched,
            List<Took> ended,
            List<Planned> planned,
            int machines,
            double standbyPriceFraction) {

        /** From request to ready, the median. */
        public Duration medianLaunch() {
            return Duration.ofNanos(new Lead.Empirical(launches()).medianMicros() * 1000);
        }

        /** A task waits when it begins so much later than it could: half a launch. */
        public Duration late() {
            return medianLaunch().dividedBy(2);
        }

        private long[] launches() {
            long[] all = new long[launched.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = accepted.get(i).micros() + launched.get(i).micros();
            }
            return all;
        }
    }

    /**
     * A figure of several plays.
     *
     * @param deviation standard deviation of one play; 0 of what was measured once
     */
    public record Figure(double mean, double deviation) {

        /** What was measured once. */
        public static Figure of(double value) {
            return new Figure(value, 0);
        }

        private static Figure of(DoubleStream plays) {
            double[] all = plays.toArray();
            double mean = Arrays.stream(all).average().orElse(0);
            double squares =
                    Arrays.stream(all).map(one -> (one - mean) * (one - mean)).sum();
            return new Figure(mean, Math.sqrt(squares / Math.max(1, all.length - 1)));
        }
    }

    /**
     * What the simulator says.
     *
     * @param what is as it was live from here on, beside what was before
     * @param waiting share of the tasks that begin later than they could, at all or by {@link Measured#late}
     * @param spendPerBusy what was paid as a multiple of what the planned work alone costs
     */
    public record Said(String what, Figure waiting, Figure spendPerBusy) {}

    /** The same of one play. */
    private record Once(double waiting, double spendPerBusy) {}

    private final Measured measured;
    private ReplayOptions options;
    private List<Work> work;
    private boolean late;
    private boolean limited;
    private boolean renewed;

    private Rehearsal(Measured measured) {
        this.measured = measured;
        this.work = measured.plan();
        Lead second = Lead.ofSeconds(1);
        this.options = ReplayOptions.DEFAULT
                .withLeads(new Lead.Constant(measured.medianLaunch().toNanos() / 1000), second, second)
                .withProtocol(0, Duration.ofDays(365), Duration.ofSeconds(1), 1);
    }

    /** Plays it again and again: as predicted first, then with more and more as it was. */
    public static List<Said> of(Measured measured) {
        Rehearsal rehearsal = new Rehearsal(measured);
        List<Said> said = new ArrayList<>();
        said.add(rehearsal.play("as predicted: every launch takes the median"));
        rehearsal.late = true;
        said.add(rehearsal.play("a wait counts from half a launch on"));
        rehearsal.limited = true;
        rehearsal.options = rehearsal.options.withPrices(
                measured.standbyPriceFraction(), rehearsal.options.waitingShare(), rehearsal.options.waitPrice());
        said.add(rehearsal.play("the pool as it was: so many machines at most, standby at its price"));
        rehearsal.launches(new Lead.Empirical(measured.launches()));
        said.add(rehearsal.play("launches drawn from those measured"));
        rehearsal.launches(recorded(measured.launched()));
        rehearsal.options = rehearsal.options.withCalls(new Calls(recorded(measured.accepted()), none()));
        said.add(rehearsal.play("launches as long as they took at that time, billed from when they were taken up"));
        if (!measured.planned().isEmpty()) {
            rehearsal.renewed = true;
            said.add(rehearsal.play("planned with the lead times that were planned with"));
        }
        rehearsal.work = rehearsal.asTheyCame();
        said.add(rehearsal.play("tasks when they came"));
        rehearsal.work = measured.came();
        said.add(rehearsal.play("tasks as long as they had their machines: agents begin and report"));
        if (!measured.ended().isEmpty()) {
            rehearsal.options = rehearsal.options.withCalls(
                    new Calls(rehearsal.options.calls().accepted(), recorded(measured.ended())));
        }
        said.add(rehearsal.play("machines billed until they had ended"));
        return said;
    }

    /** When tasks came, with the lengths that were planned: the order is the same. */
    private List<Work> asTheyCame() {
        List<Work> all = new ArrayList<>();
        for (int i = 0; i < measured.plan().size(); i++) {
            Work planned = measured.plan().get(i);
            all.add(new Work(planned.type(), measured.came().get(i).atMicros(), planned.micros()));
        }
        return all;
    }

    private static Lead none() {
        return Calls.PROMPT.ended();
    }

    private static Lead recorded(List<Took> all) {
        return new Lead.Recorded(array(all, Took::atMicros), array(all, Took::micros));
    }

    private static long[] array(List<Took> all, ToLongFunction<Took> what) {
        return all.stream().mapToLong(what).toArray();
    }

    private void launches(Lead lead) {
        options = options.withLeads(lead, options.resume(), options.stop());
    }

    private Said play(String what) {
        List<Once> plays =
                IntStream.rangeClosed(1, PLAYS).parallel().mapToObj(this::once).toList();
        return new Said(
                what,
                Figure.of(plays.stream().mapToDouble(Once::waiting)),
                Figure.of(plays.stream().mapToDouble(Once::spendPerBusy)));
    }

    private Once once(int seed) {
        ReplayOptions seeded = options.withProtocol(0, options.scored(), options.tick(), seed);
        RandomGenerator random = Randomness.generator(seed);
        List<Submission> submissions = work.stream()
                .map(task ->
                        Submission.of(task.atMicros() + random.nextLong(JITTER), "live", task.type(), task.micros()))
                .sorted(Comparator.comparingLong(Submission::submitMicros))
                .toList();
        Replay replay = new Replay(new ListTrace("live", submissions, 0), seeded);
        PolicyFamily family =
                (PolicyFamily) Contestants.named(List.of(measured.policy())).getFirst();
        PolicyFamily.Candidate candidate = family.at(measured.knob(), seeded);
        candidate = new PolicyFamily.Candidate(
                renewed && candidate.policy() instanceof WarmfrontPolicy ? renewing() : candidate.policy(),
                limited ? limited(candidate.settings()) : candidate.settings());
        Waits waits = new Waits(late ? measured.late() : Duration.ZERO);
        Scores scores = replay.simulate(candidate, "", List.of(waits));
        double busyHours = measured.plan().stream().mapToLong(Work::micros).sum() / 3600.0 / SECOND;
        double busy = busyHours * options.price().nanosPerHour() / 1e9;
        return new Once((double) waits.waited / work.size(), scores.spendUsd().doubleValue() / busy);
    }

    /** Counts tasks that get their first machine too late. */
    private static final class Waits implements Watcher {
        private final Duration late;
        private long waited;

        Waits(Duration late) {
            this.late = late;
        }

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                        && trigger == TaskTrigger.ASSIGNED
                        && task.eligibleAt() != null
                        && task.assignedAt() != null
                        && Duration.between(task.eligibleAt(), task.assignedAt())
                                        .compareTo(late)
                                > 0) {
                    waited++;
                }
            }
        }
    }

    private PoolSettings limited(PoolSettings settings) {
        return new PoolSettings(
                settings.policy(),
                settings.keepAlive(),
                settings.standbyMode(),
                settings.standbyKeepAlive(),
                settings.minReady(),
                measured.machines(),
                settings.mode());
    }

    private RenewedPolicy renewing() {
        return new RenewedPolicy(measured.planned(), leads -> {
            TierEconomics economics =
                    new TierEconomics(TierPrices.allBilled(options.price(), options.standbyPrice(), leads), leads);
            return new WarmfrontPolicy(any -> economics, WaitAim.share(options.waitingShare()));
        });
    }
}
