package dev.warmfront.simulator;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.ReserveBy;
import dev.warmfront.scheduler.ResourceCurve;
import dev.warmfront.scheduler.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One life of a small world in which much goes wrong; a seed tells all of it. */
final class FaultRun {

    private static final long SECOND = 1_000_000;
    private static final int TASKS = 25;
    private static final int TENANTS = 4;
    private static final int TYPES = 3;

    /** Of a thousand tasks, all. */
    private static final int CERTAIN = 1000;

    /** How often a learner has something to tell. */
    private static final int NEWS = 12;

    private static final CellSettings CELL = new CellSettings(
            new CellId("faults"),
            Duration.ofMinutes(4),
            Duration.ofMinutes(3),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            1_000,
            10);

    private FaultRun() {}

    /** The scheduler as it is. */
    static Decider sound() {
        return Scheduler.reacting()::decide;
    }

    /**
     * Lets it live from its first task until everything has come to rest.
     *
     * @param deciders gives what is judged, once for the cell and once for its twin
     * @return what it went through
     * @throws InvariantViolation when an invariant does not hold
     */
    static Lived live(long seed, Supplier<Decider> deciders) {
        RandomGenerator random = Randomness.generator(seed);
        SimulationSettings settings = settings(random, seed);
        CellState cell = CellState.empty(CELL);
        Invariants invariants = new Invariants(cell, CellState.empty(CELL), deciders.get());
        Simulation simulation = new Simulation(settings, settings.maker(), deciders.get(), cell, List.of(invariants));
        if (settings.pool().reserveBy() == ReserveBy.CURVE) {
            learn(simulation, settings.request(), random);
        }
        try (Trace.Cursor cursor = work(random).open()) {
            simulation.run(cursor, 0);
        }
        // Longer than any deadline and any keep-alive.
        simulation.calmDown(Duration.ofMinutes(20));
        invariants.atRest(simulation.provider());
        return new Lived(simulation.decided(), invariants.reserved());
    }

    /**
     * A life that is over.
     *
     * @param decided events decided
     * @param reserved what moved reservations
     */
    record Lived(long decided, Set<ReservationTrigger> reserved) {}

    /** A learner tells now and then what tasks use: more or less what they ask for, more or less rightly, or nothing any more. */
    private static void learn(Simulation simulation, Resources request, RandomGenerator random) {
        for (int i = 0; i < NEWS; i++) {
            TenantId tenant = new TenantId("tenant-" + random.nextInt(TENANTS));
            TreeMap<String, ResourceCurve> curves = new TreeMap<>();
            for (int type = 0; type < TYPES; type++) {
                if (random.nextInt(4) > 0) {
                    curves.put("type-" + type, curve(request, random));
                }
            }
            simulation.at(
                    random.nextLong(1 + 60L * i * SECOND),
                    () -> simulation.decide(new Event.CurvesLearned(tenant, curves)));
        }
    }

    /** A part at first, and all of it later. */
    private static ResourceCurve curve(Resources request, RandomGenerator random) {
        long part = 2 + random.nextLong(6);
        Duration after = Duration.ofSeconds(random.nextInt(60));
        int permille = random.nextInt(CERTAIN + 1);
        Duration length = Duration.ofSeconds(1 + random.nextInt(120));
        return new ResourceCurve(
                rungs(request.cpuMillis(), part, after, permille),
                rungs(request.memoryBytes(), part, after, permille),
                length,
                length.multipliedBy(2));
    }

    private static List<ResourceCurve.Rung> rungs(long all, long part, Duration after, int permille) {
        return List.of(
                new ResourceCurve.Rung(all / part, Duration.ZERO, CERTAIN),
                new ResourceCurve.Rung(all, after, permille));
    }

    private static SimulationSettings settings(RandomGenerator random, long seed) {
        // One, two or three tasks to a machine.
        long share = 1 + random.nextLong(3);
        Resources whole = ReplayOptions.wholeMachine();
        Offering offering = ReplayOptions.DEFAULT.offering();
        return new SimulationSettings(
                CELL,
                pool(random),
                offering,
                Resources.of(whole.cpuMillis() / share, whole.memoryBytes() / share),
                tenant -> Math.floorMod(tenant.value().hashCode(), 2) == 0 ? Isolation.SHARED : Isolation.DEDICATED,
                new Lead.LogNormal(30 * SECOND, 120 * SECOND),
                new Lead.LogNormal(5 * SECOND, 20 * SECOND),
                Lead.ofSeconds(8),
                random.nextBoolean() ? 0 : random.nextLong(30 * SECOND),
                Calls.PROMPT,
                (2 + random.nextLong(8)) * SECOND,
                mishaps(random),
                Disturbance.NONE,
                seed);
    }

    /** Some worlds know one kind of mishap, some all; each in its own measure. */
    private static Mishaps mishaps(RandomGenerator random) {
        double measure = 0.3 + 1.2 * random.nextDouble();
        Mishaps many = Mishaps.MANY;
        boolean all = random.nextInt(3) > 0;
        int only = random.nextInt(9);
        double[] each = {
            many.delayed(),
            many.repeated(),
            many.unheard(),
            many.refused(),
            many.crashed(),
            many.cut(),
            many.interrupted(),
            many.failed(),
            many.outgrown()
        };
        for (int i = 0; i < each.length; i++) {
            each[i] = all || i == only ? Math.min(1, each[i] * measure) : 0;
        }
        return new Mishaps(each[0], each[1], each[2], each[3], each[4], each[5], each[6], each[7], each[8]);
    }

    private static PoolSettings pool(RandomGenerator random) {
        boolean reactive = random.nextInt(4) == 0;
        boolean standby = random.nextBoolean();
        PoolSettings byRequest = new PoolSettings(
                reactive ? "reactive" : "fixed-keep-alive",
                Duration.ofSeconds(random.nextInt(90)),
                standby ? StandbyMode.STOPPED : null,
                Duration.ofSeconds(random.nextInt(240)),
                random.nextInt(6) == 0 ? 1 : 0,
                1 + random.nextInt(8),
                PoolMode.ACTIVE);
        return random.nextInt(3) == 0 ? byRequest.reservingBy(ReserveBy.CURVE) : byRequest;
    }

    private static ListTrace work(RandomGenerator random) {
        List<Submission> submissions = new ArrayList<>();
        long at = 0;
        int tasks = 0;
        while (tasks < TASKS) {
            // In bursts: half of them come with the one before.
            at += random.nextBoolean() ? 0 : random.nextLong(90 * SECOND);
            List<TraceTask> together = new ArrayList<>();
            int count = random.nextInt(4) == 0 ? 2 + random.nextInt(5) : 1;
            for (int i = 0; i < count; i++) {
                List<Integer> parents = new ArrayList<>();
                for (int parent = 0; parent < i; parent++) {
                    if (random.nextInt(3) == 0) {
                        parents.add(parent);
                    }
                }
                together.add(new TraceTask("type-" + random.nextInt(TYPES), random.nextLong(120 * SECOND), parents));
            }
            submissions.add(new Submission(at, "name-" + random.nextInt(TENANTS), together));
            tasks += count;
        }
        return new ListTrace("faults", submissions, 0);
    }
}
