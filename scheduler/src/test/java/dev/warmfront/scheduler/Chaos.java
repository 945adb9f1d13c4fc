package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.domain.WorkflowId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What tenants, operators and misfortune do to a world. */
final class Chaos {

    private static final int MOST_TASKS = 45;

    /** How busy the tenants are: where they pause, pools get to stop and start machines. */
    private final double eagerness;

    /** Whether operators stop what is idle at once, and keep it long: such worlds know standby best. */
    private final boolean thrifty;

    /** Whether pools are run by the policy that looks ahead, which knows what tenants usually want. */
    private final boolean ahead;

    private static final List<TenantProfile> TENANTS = List.of(
            Fixtures.tenant("ann", 1, Isolation.SHARED),
            Fixtures.tenant("bob", 3, Isolation.SHARED),
            Fixtures.tenant("cat", 1, Isolation.DEDICATED),
            Fixtures.tenant("dan", 2, Isolation.DEDICATED));

    private static final List<String> ENVIRONMENTS = List.of("generic", "generic", "python", "blender");

    private static final List<Offering> NEAR = List.of(Fixtures.SMALL, Fixtures.SMALL_SPOT, Fixtures.GPU);
    private static final List<Offering> ALL =
            List.of(Fixtures.SMALL, Fixtures.SMALL_SPOT, Fixtures.MEDIUM, Fixtures.GPU);

    private final World world;
    private final RandomGenerator random;
    private final List<TaskId> tasks = new ArrayList<>();
    private final List<WorkflowId> workflows = new ArrayList<>();
    private final List<Event> submissions = new ArrayList<>();

    /** @param ahead whether pools are run by the policy that looks ahead */
    Chaos(World world, boolean ahead) {
        this.world = world;
        this.ahead = ahead;
        this.random = world.random;
        this.thrifty = random.nextInt(3) == 0;
        this.eagerness = thrifty ? 0.3 : 0.15 + 0.85 * random.nextDouble();
    }

    void begin() {
        world.decide(new Event.OfferingsPut(Fixtures.PROVIDER, NEAR));
        world.decide(new Event.OfferingsPut(Fixtures.OTHER_PROVIDER, List.of(Fixtures.MEDIUM)));
        for (TenantProfile tenant : TENANTS) {
            world.decide(new Event.TenantPut(tenant));
            world.decide(new Event.EnvironmentPut(tenant.id(), Fixtures.environment("python")));
            world.decide(new Event.EnvironmentPut(tenant.id(), Fixtures.environment("blender")));
        }
        world.decide(new Event.PoolPut(null, settings()));
        if (ahead) {
            world.remember(quietHour());
        }
    }

    /** An hour in which the tenants that share machines wanted one each at a time: whoever wants more then, surges. */
    private List<PastTask> quietHour() {
        List<PastTask> past = new ArrayList<>();
        for (int minute = 60; minute > 1; minute--) {
            for (String tenant : List.of("ann", "bob")) {
                Instant at = world.now.minus(Duration.ofMinutes(minute)).plusSeconds(random.nextInt(5));
                TaskSpec spec =
                        Fixtures.task(tenant, "past-" + tenant + "-" + minute, Resources.of(2000, Fixtures.GIB));
                past.add(new PastTask(spec, at, at, at.plusSeconds(15 + random.nextInt(20))));
            }
        }
        return past;
    }

    /** What follows what, as a learner might have found it, right or wrong. */
    private void learn() {
        TreeMap<String, List<Follows>> known = new TreeMap<>();
        if (random.nextInt(4) > 0) {
            double soonest = random.nextInt(10);
            known.put(
                    "type",
                    List.of(new Follows(
                            "type",
                            0.05 + 0.9 * random.nextDouble(),
                            1 + random.nextInt(3),
                            soonest,
                            soonest + random.nextInt(30))));
        }
        world.decide(new Event.SuccessorsLearned(tenant(), known));
    }

    /** One thing out of the blue. */
    void strike() {
        if (ahead && random.nextInt(20) == 0) {
            learn();
        }
        switch (random.nextInt(23)) {
            case 0, 1, 2, 3, 4 -> submit();
            case 5, 6 -> submitWorkflow();
            case 7 -> repeatSubmission();
            case 8, 9 -> cancel();
            case 10 -> cancelWorkflow();
            case 11 -> waking().or(this::instance).ifPresent(id -> world.decide(new Event.DrainRequested(id)));
            case 12 -> instance().ifPresent(id -> world.decide(new Event.InterruptionNoticed(id)));
            case 13 -> machine(machine -> world.providers.die(machine));
            case 14, 21 -> cut();
            case 15 -> instance().ifPresent(id -> world.decide(new Event.InstanceSilent(id)));
            case 16 -> lie();
            case 17 -> world.decide(new Event.PoolPut(random.nextBoolean() ? null : pool(), settings()));
            case 18 -> offer();
            case 19 -> environment();
            case 20 -> reweigh();
            default -> {
                if (world.mishap > 0) {
                    world.takeOver();
                } else {
                    world.restoreTwin();
                }
            }
        }
    }

    private <T> java.util.Optional<T> any(Collection<T> all) {
        return all.isEmpty()
                ? java.util.Optional.empty()
                : all.stream().skip(random.nextInt(all.size())).findFirst();
    }

    private java.util.Optional<InstanceId> instance() {
        return any(world.cell.instances()).map(Instance::id);
    }

    /** Half of the time, for they are few. */
    private java.util.Optional<InstanceId> waking() {
        return random.nextBoolean()
                ? java.util.Optional.empty()
                : any(world.cell.instances().stream()
                                .filter(instance -> instance.state() == InstanceState.STARTING)
                                .toList())
                        .map(Instance::id);
    }

    private void machine(java.util.function.Consumer<Machine> what) {
        if (world.mishap > 0) {
            any(world.providers.alive()).ifPresent(what);
        }
    }

    /** Out of reach for a while; what runs there runs on. */
    private void cut() {
        machine(machine -> {
            machine.cut = true;
            world.soon(180, () -> machine.cut = false);
        });
    }

    private TenantId tenant() {
        return TENANTS.get(random.nextInt(TENANTS.size())).id();
    }

    private TaskSpec task(TenantId tenant, @Nullable String workflow, List<TaskId> parents) {
        String id = "t-%03d".formatted(tasks.size() + 1);
        Resources request =
                switch (random.nextInt(12)) {
                    case 0 -> Fixtures.gpu(500, 500 + 500L * random.nextInt(3));
                    case 1 -> Resources.of(6000, Fixtures.GIB * 8);
                    case 2 -> random.nextInt(6) == 0 ? Resources.of(900_000, Fixtures.GIB) : Resources.of(1, 1);
                    default -> Resources.of(500L * (1 + random.nextInt(4)), Fixtures.GIB * (1 + random.nextInt(2)));
                };
        TaskSpec spec = Fixtures.task(tenant.value(), id, request);
        spec = Fixtures.withEnvironment(spec, ENVIRONMENTS.get(random.nextInt(ENVIRONMENTS.size())));
        spec = Fixtures.withPriority(spec, random.nextInt(10));
        spec = Fixtures.withRetry(spec, 1 + random.nextInt(3), Duration.ofSeconds(7L * random.nextInt(3)));
        if (workflow != null) {
            spec = Fixtures.inWorkflow(spec, workflow, parents);
        }
        tasks.add(spec.id());
        return spec;
    }

    void submit() {
        if (tasks.size() >= MOST_TASKS || random.nextDouble() > eagerness) {
            return;
        }
        TenantId tenant = tenant();
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            specs.add(task(tenant, null, List.of()));
        }
        submit(new Event.TasksSubmitted(tenant, specs));
    }

    private void submitWorkflow() {
        if (tasks.size() >= MOST_TASKS || random.nextDouble() > eagerness) {
            return;
        }
        TenantId tenant = tenant();
        String workflow = "w-" + (workflows.size() + 1);
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 2 + random.nextInt(6); i > 0; i--) {
            List<TaskId> parents = specs.stream()
                    .map(TaskSpec::id)
                    .filter(id -> random.nextInt(3) == 0)
                    .toList();
            specs.add(task(tenant, workflow, parents));
        }
        workflows.add(new WorkflowId(workflow));
        submit(new Event.WorkflowSubmitted(tenant, new WorkflowId(workflow), workflow, specs));
    }

    private void submit(Event event) {
        if (world.decide(event) instanceof Answer.Done) {
            submissions.add(event);
        }
    }

    private void repeatSubmission() {
        // A new owner has forgotten what ended: the control plane's idempotency keys know it. So only what lives is
        // repeated.
        any(submissions).ifPresent(event -> {
            List<TaskSpec> specs =
                    switch (event) {
                        case Event.TasksSubmitted submitted -> submitted.tasks();
                        case Event.WorkflowSubmitted submitted -> submitted.tasks();
                        default -> List.of();
                    };
            if (specs.stream().allMatch(spec -> world.cell.task(spec.id()) != null)) {
                world.decide(event);
            }
        });
    }

    private void cancel() {
        any(tasks).ifPresent(id -> {
            Task task = world.cell.task(id);
            world.decide(new Event.TaskCancelRequested(
                    task == null ? tenant() : task.spec().tenant(), id));
        });
    }

    private void cancelWorkflow() {
        any(workflows).ifPresent(id -> world.decide(new Event.WorkflowCancelRequested(tenant(), id)));
    }

    /** Reports of attempts and calls that never were, or long ago. */
    private void lie() {
        any(tasks).ifPresent(id -> any(world.database.instances().keySet().stream()
                        .sorted()
                        .toList())
                .ifPresent(instance -> {
                    Task task = world.database.tasks().get(id);
                    if (task == null) {
                        return;
                    }
                    boolean true1 = instance.equals(task.instance());
                    int number = true1 ? task.attempt() + 1 : 1 + random.nextInt(3);
                    AttemptId attempt = new AttemptId(task.spec().tenant(), id, number);
                    world.decide(new Event.AttemptStarted(instance, attempt));
                    world.decide(new Event.AttemptFinished(
                            instance,
                            attempt,
                            new AttemptResult(AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE)));
                }));
    }

    private PoolId pool() {
        Offering offering = ALL.get(random.nextInt(ALL.size()));
        return new PoolId(offering.id(), TENANTS.get(random.nextInt(4)).domain());
    }

    private PoolSettings settings() {
        String usual = ahead ? WarmfrontPolicy.NAME : "fixed-keep-alive";
        if (thrifty) {
            return new PoolSettings(
                    usual,
                    Duration.ofSeconds(random.nextInt(4)),
                    StandbyMode.SUSPENDED,
                    Duration.ofMinutes(5),
                    random.nextInt(2),
                    3 + random.nextInt(3),
                    PoolMode.ACTIVE);
        }
        List<String> policies = List.of("reactive", "hostile", usual, usual, usual);
        StandbyMode mode =
                switch (random.nextInt(4)) {
                    case 0 -> null;
                    case 1 -> StandbyMode.STOPPED;
                    default -> StandbyMode.SUSPENDED;
                };
        int most = 1 + random.nextInt(6);
        return new PoolSettings(
                policies.get(random.nextInt(policies.size())),
                Duration.ofSeconds(8L * random.nextInt(4)),
                mode,
                Duration.ofSeconds(90L * random.nextInt(4)),
                random.nextInt(6) == 0 ? 1 : 0,
                most,
                switch (random.nextInt(12)) {
                    case 0 -> PoolMode.PAUSED;
                    case 1, 2 -> PoolMode.FORECAST_ONLY;
                    default -> PoolMode.ACTIVE;
                });
    }

    private void offer() {
        Offering gpu = random.nextBoolean()
                ? Fixtures.GPU
                : Fixtures.offering(
                        Fixtures.PROVIDER, "gpu", Fixtures.GPU.machineType().capacity(), "2.00" + random.nextInt(10));
        world.decide(new Event.OfferingsPut(
                Fixtures.PROVIDER,
                switch (random.nextInt(4)) {
                    case 0 -> List.of(gpu);
                    case 1 -> List.of(gpu, Fixtures.SMALL);
                    default -> List.of(gpu, Fixtures.SMALL, Fixtures.SMALL_SPOT);
                }));
    }

    private void environment() {
        EnvironmentKey key =
                new EnvironmentKey(tenant(), Fixtures.environment("blender").id());
        if (random.nextBoolean()) {
            world.decide(new Event.EnvironmentRemoved(key));
        } else {
            world.decide(new Event.EnvironmentPut(key.tenant(), Fixtures.environment("blender")));
        }
    }

    private void reweigh() {
        TenantProfile tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        world.decide(new Event.TenantPut(
                new TenantProfile(tenant.id(), 1 + random.nextInt(9), tenant.isolation(), bounds())));
    }

    /** Budgets of which most are spent in a world's lifetime. */
    private TenantSettings bounds() {
        Money budget = random.nextBoolean() ? null : Money.ofNanos(random.nextLong(400_000_000));
        Duration least = Duration.ofSeconds(random.nextInt(3) * 100L);
        Duration most = random.nextBoolean() ? null : least.plusSeconds(random.nextInt(300));
        Objective objective = random.nextBoolean()
                ? Objective.NONE
                : new Objective(
                        Duration.ofSeconds(random.nextInt(60)),
                        random.nextBoolean() ? null : new HourlyRate(random.nextLong(100_000_000_000L)));
        return random.nextInt(3) == 0
                ? TenantSettings.NONE
                : new TenantSettings(budget, least, most, objective, limits());
    }

    private MachineLimits limits() {
        List<String> placements =
                switch (random.nextInt(6)) {
                    case 0 -> List.of("near");
                    case 1 -> List.of("far/r1/z1");
                    case 2 -> List.of("far/r1", "near/r1");
                    default -> List.of();
                };
        int spotSharePpm =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> 1 + random.nextInt(MachineLimits.WHOLE_PPM - 1);
                    case 2 -> 500_000;
                    default -> MachineLimits.WHOLE_PPM;
                };
        return new MachineLimits(placements.stream().map(PlacementPattern::new).toList(), spotSharePpm);
    }

    /** Without bounds, but where all of its tasks can be served with them, with its limits. */
    private TenantProfile healed(TenantProfile tenant) {
        MachineLimits limits = Objects.requireNonNull(world.cell.tenant(tenant.id()))
                .settings()
                .machines();
        boolean kept = world.cell.tasks().stream()
                .filter(task -> task.spec().tenant().equals(tenant.id()))
                .allMatch(task -> Nowhere.why(ALL, limits, task.spec().request()) == null);
        TenantSettings none = TenantSettings.NONE;
        return new TenantProfile(
                tenant.id(),
                tenant.weight(),
                tenant.isolation(),
                new TenantSettings(null, none.minRetention(), null, none.objective(), kept ? limits : none.machines()));
    }

    /** From here on everything works, and what is idle is kept so long that only demand elsewhere can end it. */
    void heal() {
        world.mishap = 0;
        TENANTS.forEach(tenant -> world.decide(new Event.TenantPut(healed(tenant))));
        world.providers.alive().forEach(machine -> machine.cut = false);
        runAll(ahead ? WarmfrontPolicy.NAME : "fixed-keep-alive", Duration.ofHours(12));
        world.decide(new Event.OfferingsPut(Fixtures.PROVIDER, NEAR));
        world.decide(new Event.OfferingsPut(Fixtures.OTHER_PROVIDER, List.of(Fixtures.MEDIUM)));
    }

    /** Nothing is kept for long any more. */
    void rest() {
        runAll("fixed-keep-alive", Duration.ofSeconds(40));
    }

    private void runAll(String policy, Duration keepAlive) {
        PoolSettings sane = new PoolSettings(policy, keepAlive, null, keepAlive, 0, 10, PoolMode.ACTIVE);
        world.decide(new Event.PoolPut(null, sane));
        for (Offering offering : ALL) {
            for (TenantProfile tenant : TENANTS) {
                world.decide(new Event.PoolPut(new PoolId(offering.id(), tenant.domain()), sane));
            }
        }
    }
}
