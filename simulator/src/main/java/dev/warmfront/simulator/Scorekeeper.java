package dev.warmfront.simulator;

import dev.warmfront.cost.Bound;
import dev.warmfront.domain.Charge;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.Tier;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Keeps score of a replay from what the scheduler decides. Spend is the sum of the charges that the scheduler itself makes;
 * waits go into a histogram of three digits, so memory does not grow with the trace.
 */
final class Scorekeeper implements Watcher {

    private static final int SAMPLES = 720;
    private static final double MICROS_PER_HOUR = 3.6e9;
    private static final long LONGEST_WAIT = Duration.ofDays(3650).toNanos() / 1000;

    private final Histogram waits = new Histogram(LONGEST_WAIT, 3);
    private final Histogram decisions = new Histogram(60_000_000_000L, 3);
    private final Map<InstanceId, InstanceState> states = new HashMap<>();

    /** Since when instances are on their way into standby, as far as that counts. */
    private final Map<InstanceId, Instant> stopping = new HashMap<>();

    /** When the provider's clock for the minimum began, of instances that are billed as running. */
    private final Map<InstanceId, Instant> started = new HashMap<>();

    private final EnumMap<InstanceState, Integer> levels = new EnumMap<>(InstanceState.class);
    private final List<Scores.Level> samples = new ArrayList<>();
    private final ReplayOptions options;
    private final Instant graceEnds;
    private final long sampleEvery;

    /** Whether what happens counts. */
    private boolean scoring;

    private long nextSample;
    private long last;
    private double idleMicros;
    private double standbyMicros;
    private Money spend = Money.ZERO;
    private int queued;
    private long tasks;
    private long waiting;
    private long cold;
    private long longest;
    private long launches;
    private long resumes;
    private long stops;

    /**
     * @param options what is billed
     * @param fromMicros beginning of what is scored: what happens before is followed, and does not count
     * @param graceEndsMicros tasks that become eligible before cost what they cost, but their waits do not count: the pool
     *     was empty, and nobody could have launched before
     * @param sampledMicros how much of it is sampled for the picture of levels
     */
    Scorekeeper(ReplayOptions options, long fromMicros, long graceEndsMicros, long sampledMicros) {
        this.options = options;
        this.graceEnds = Simulation.instantOf(graceEndsMicros);
        this.last = fromMicros;
        this.sampleEvery = Math.max(1, sampledMicros / SAMPLES);
        this.nextSample = fromMicros;
    }

    /**
     * Scoring begins. What was spent before is forgotten; each machine that exists is charged as if it had been launched
     * now, one on its way for the part of its launch that lies behind it.
     */
    void takeOver(CellState cell, Instant now) {
        scoring = true;
        spend = Money.ZERO.minus(accrued(cell, now));
        stopping.replaceAll((instance, since) -> now);
        Instant asIf = now.minus(options.economics().leads().launch());
        started.replaceAll((instance, since) -> since.isBefore(asIf) ? asIf : since);
        Money launch = options.economics().launchCost();
        for (Instance instance : cell.instances()) {
            Instant since = instance.rateSince();
            if (since == null) {
                continue;
            }
            boolean coming = instance.state() == InstanceState.BOOTING || instance.state() == InstanceState.WARMING;
            Money soFar = instance.offering().hotRate().between(since, since, now);
            spend = spend.plus(coming && soFar.compareTo(launch) < 0 ? soFar : launch);
        }
    }

    /** How long one decision took, real time. */
    void took(long nanos) {
        if (scoring) {
            decisions.recordValue(Math.min(nanos, decisions.getHighestTrackableValue()));
        }
    }

    @Override
    public void decided(Event event, Decision decision, long nowMicros) {
        if (scoring) {
            pass(nowMicros);
        }
        for (Change change : decision.changes()) {
            switch (change) {
                case Change.ChargeMade(Charge charge) -> spend = spend.plus(charge.amount());
                case Change.InstanceChanged changed
                when changed.trigger() != null -> moved(changed.after(), changed.trigger());
                case Change.TaskChanged(Task task, TaskTrigger trigger) -> task(task, trigger);
                default -> {
                    // Does not count.
                }
            }
        }
    }

    private void pass(long nowMicros) {
        while (nowMicros >= nextSample && samples.size() < SAMPLES) {
            samples.add(new Scores.Level(
                    nextSample / 1e6,
                    level(InstanceState.BUSY),
                    queued,
                    level(InstanceState.HOT),
                    level(InstanceState.REQUESTED)
                            + level(InstanceState.BOOTING)
                            + level(InstanceState.WARMING)
                            + level(InstanceState.STARTING),
                    level(InstanceState.STANDBY)));
            nextSample += sampleEvery;
        }
        double elapsed = nowMicros - last;
        idleMicros += elapsed * level(InstanceState.HOT);
        standbyMicros += elapsed * level(InstanceState.STANDBY);
        last = nowMicros;
    }

    private int level(InstanceState state) {
        return levels.getOrDefault(state, 0);
    }

    private void moved(Instance after, InstanceTrigger trigger) {
        InstanceState before =
                after.state().isFinal() ? states.remove(after.id()) : states.put(after.id(), after.state());
        if (before != null) {
            levels.merge(before, -1, Integer::sum);
        }
        if (!after.state().isFinal()) {
            levels.merge(after.state(), 1, Integer::sum);
        }
        if (before == InstanceState.STOPPING) {
            Instant since = stopping.remove(after.id());
            spend = spend.minus(notBilled(since == null ? after.stateSince() : since, after.stateSince()));
        }
        if (after.state() == InstanceState.STOPPING) {
            stopping.put(after.id(), after.stateSince());
        }
        billed(after, trigger);
        if (scoring) {
            switch (trigger) {
                case LAUNCH_ACCEPTED -> launches++;
                case START_DECIDED -> resumes++;
                case STOPPED -> stops++;
                default -> {
                    // Only these are counted.
                }
            }
        }
    }

    /** Follows what a start is billed for; where a stretch ends before the minimum, the rest of it is paid, too. */
    private void billed(Instance after, InstanceTrigger trigger) {
        boolean ends = after.state().isFinal()
                || after.state() == (options.stopBilled() ? InstanceState.STANDBY : InstanceState.STOPPING);
        if (ends) {
            Instant since = started.remove(after.id());
            if (since != null && scoring) {
                spend = spend.plus(missing(since, after.stateSince()));
            }
        } else if (trigger == InstanceTrigger.LAUNCH_ACCEPTED || trigger == InstanceTrigger.START_DECIDED) {
            started.put(after.id(), after.stateSince());
        }
    }

    /** What the minimum adds to a stretch. */
    private Money missing(Instant since, Instant until) {
        Duration missing = options.minimumBilled().minus(Duration.between(since, until));
        return missing.isPositive() ? options.price().costOf(missing) : Money.ZERO;
    }

    /** What the scheduler charges of a way into standby, and the provider does not. */
    private Money notBilled(Instant from, Instant to) {
        Duration time = Duration.between(from, to);
        return options.stopBilled() || time.isNegative()
                ? Money.ZERO
                : options.price().costOf(time).minus(options.standbyPrice().costOf(time));
    }

    private void task(Task task, TaskTrigger trigger) {
        if (task.state() == TaskState.QUEUED
                && (trigger == TaskTrigger.SUBMITTED || trigger == TaskTrigger.UNBLOCKED)) {
            queued++;
        } else if (trigger == TaskTrigger.ASSIGNED && task.attempt() == 1) {
            queued--;
            Instant eligible = task.eligibleAt();
            Instant assigned = task.assignedAt();
            if (eligible != null && assigned != null && !eligible.isBefore(graceEnds)) {
                began(Duration.between(eligible, assigned).toNanos() / 1000, task.startKind());
            }
        }
    }

    private void began(long wait, @Nullable Tier startKind) {
        tasks++;
        waits.recordValue(Math.min(wait, LONGEST_WAIT));
        longest = Math.max(longest, wait);
        waiting += wait > 0 ? 1 : 0;
        cold += startKind == Tier.COLD ? 1 : 0;
    }

    /**
     * The sum of the figures, with what instances cost since their last charge.
     *
     * @param events simulated while it counted
     */
    Scores scores(String knob, CellState cell, Instant now, Bound bound, long events) {
        Money total = spend.plus(accrued(cell, now));
        for (Instant since : stopping.values()) {
            total = total.minus(notBilled(since, now));
        }
        for (Instant since : started.values()) {
            // It is owed already: ending the machine now would not save it.
            total = total.plus(missing(since, now));
        }
        Money overhead = total.minus(bound.busy());
        return new Scores(
                knob,
                total.toDollars(),
                overhead.toDollars(),
                ratio(overhead, bound.overhead()),
                ratio(total, bound.spend()),
                tasks,
                tasks == 0 ? 0 : (double) waiting / tasks,
                tasks == 0 ? 0 : (double) cold / tasks,
                new Scores.Waits(percentile(50), percentile(95), percentile(99), longest / 1e6),
                idleMicros / MICROS_PER_HOUR,
                standbyMicros / MICROS_PER_HOUR,
                launches,
                resumes,
                stops,
                events,
                new Scores.DecisionMicros(
                        decisions.getValueAtPercentile(50) / 1e3, decisions.getValueAtPercentile(99) / 1e3),
                samples);
    }

    /** What instances cost since they were charged. */
    private static Money accrued(CellState cell, Instant now) {
        Money sum = Money.ZERO;
        for (Instance instance : cell.instances()) {
            Instant since = instance.rateSince();
            Instant charged = instance.chargedUntil();
            if (since != null && charged != null) {
                boolean standby = instance.state() == InstanceState.STANDBY;
                var rate = standby
                        ? instance.offering().standbyRates().values().iterator().next()
                        : instance.offering().hotRate();
                sum = sum.plus(rate.between(since, charged, now));
            }
        }
        return sum;
    }

    private double percentile(double percentile) {
        return waits.getValueAtPercentile(percentile) / 1e6;
    }

    static double ratio(Money one, Money other) {
        return other.isZero() ? Double.NaN : (double) one.nanos() / other.nanos();
    }
}
