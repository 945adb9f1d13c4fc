package dev.warmfront.scheduler;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A seeded world around a cell: providers and agents that are slow, forget, repeat, overtake and die. It holds the clock and
 * the agenda, hands each event to the cell, to a twin that must decide the same, and to a replica that only applies the
 * changes, and lets {@link Checks} look after each.
 */
final class World {

    private record Item(Instant at, long order, Runnable run) {}

    final RandomGenerator random;
    final Database database = new Database();
    final Checks checks = new Checks(this);
    final FakeProviders providers = new FakeProviders(this);
    final FakeAgents agents = new FakeAgents(this);

    /** The attempts whose processes run now: the truth that I2 speaks of. */
    final Map<TaskId, AttemptId> running = new HashMap<>();

    final Set<AttemptId> exitedZero = new HashSet<>();

    /** How likely each kind of mishap is; 0 in a healthy world. */
    double mishap;

    Instant now = Fixtures.START;
    CellState cell = CellState.empty(Fixtures.SETTINGS);
    CellState replica = CellState.empty(Fixtures.SETTINGS);
    private CellState twin = CellState.empty(Fixtures.SETTINGS);
    private Scheduler scheduler = scheduler();

    /** The twin's own: policies that look ahead remember what they were told. */
    private Scheduler twinScheduler = scheduler();

    /** Of before this world began. */
    private List<PastTask> earlier = List.of();

    private final PriorityQueue<Item> agenda =
            new PriorityQueue<>(Comparator.comparing(Item::at).thenComparingLong(Item::order));
    private long orders;
    private int decided;
    private Duration tickEvery = Duration.ofSeconds(5);

    World(RandomGenerator random, double mishap) {
        this.random = random;
        this.mishap = mishap;
    }

    private static Scheduler scheduler() {
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(12), Duration.ofSeconds(4), Duration.ofSeconds(4));
        return new Scheduler(List.of(
                new ReactivePolicy(),
                new FixedKeepAlivePolicy(),
                new HostilePolicy(),
                new WarmfrontPolicy(
                        offering -> new TierEconomics(
                                TierPrices.allBilled(offering.hotRate(), Fixtures.rate("0.002"), leads), leads),
                        WaitAim.share(0.05))));
    }

    /** Policies are told of tasks that had ended before the world began. */
    void remember(List<PastTask> past) {
        earlier = List.copyOf(past);
        recall();
    }

    private void recall() {
        List<PastTask> past = new ArrayList<>(earlier);
        past.addAll(database.past());
        scheduler = scheduler();
        scheduler.recall(cell, past, List.of());
        twinScheduler = scheduler();
        twinScheduler.recall(twin, past, List.of());
    }

    /** What the tenant of a task may count on as far as the cell's policies know; null where it need not mind the others. */
    @Nullable Claim claim(TaskSpec task) {
        return scheduler.claim(cell, task);
    }

    /** Begins the beats: ticks, sweeps. */
    void begin() {
        beat();
        providers.sweepForever();
    }

    private void beat() {
        agents.noticeSilence();
        decide(new Event.Tick());
        later(tickEvery.plusMillis(random.nextInt(5000)), this::beat);
    }

    void tickEvery(Duration interval) {
        tickEvery = interval;
    }

    boolean happens(double likelihood) {
        return mishap > 0 && random.nextDouble() < likelihood * mishap;
    }

    void later(Duration delay, Runnable run) {
        agenda.add(new Item(now.plus(delay), orders++, run));
    }

    /** Runs something after up to this many seconds. */
    void soon(int seconds, Runnable run) {
        later(Duration.ofMillis(random.nextInt(seconds * 1000)), run);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Lets the next thing on the agenda happen. */
    void next() {
        Item item = agenda.remove();
        if (item.at().isAfter(now)) {
            now = item.at();
        }
        item.run().run();
    }

    int decided() {
        return decided;
    }

    Answer decide(Event event) {
        // Clocks of two owners differ: the present may seem to step back.
        Instant present = happens(0.02) ? now.minusMillis(random.nextInt(2000)) : now;
        decided++;
        try {
            Decision decision = scheduler.decide(cell, event, present);
            Decision again = twinScheduler.decide(twin, event, present);
            checks.sameDecision(decision, again);
            for (Change change : decision.changes()) {
                checks.before(change);
                replica.apply(change);
                database.write(change);
                checks.took(change);
            }
            checks.answered(event, decision.answer());
            checks.after(decision);
            decision.changes().forEach(this::effect);
            return decision.answer();
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("event %d at %s: %s".formatted(decided, now, event), failure);
        }
    }

    private void effect(Change change) {
        if (change instanceof Change.IntentChanged(Intent intent) && intent.outcome() == null) {
            providers.dispatch(intent);
        }
    }

    /** The cell's owner dies; another reads the state and dispatches open intents again. */
    void takeOver() {
        Snapshot snapshot = database.snapshot();
        cell = CellState.restore(Fixtures.SETTINGS, snapshot);
        twin = CellState.restore(Fixtures.SETTINGS, snapshot);
        replica = CellState.restore(Fixtures.SETTINGS, snapshot);
        recall();
        cell.openIntents().forEach(providers::dispatch);
    }

    /** Only the twin's state is restored: with it, it must go on deciding like the one that lived through it. */
    void restoreTwin() {
        twin = CellState.restore(Fixtures.SETTINGS, database.snapshot());
        checks.twinRestored();
    }

    void processStarts(AttemptId attempt) {
        AttemptId other = running.putIfAbsent(attempt.task(), attempt);
        if (other != null) {
            throw new AssertionError("I2: " + attempt + " starts while " + other + " still runs");
        }
    }

    void processEnds(AttemptId attempt) {
        running.remove(attempt.task(), attempt);
    }
}
