package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clouds, and the gateway in front of them. Every call suffers at most one of each mishap, so that an end that was asked
 * for happens well before the cell's fence deadline: beyond it the cell may not know (docs/adr/0004).
 */
final class FakeProviders {

    private final World world;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Map<IntentToken, Machine> launched = new HashMap<>();
    private final Set<IntentToken> callsLost = new HashSet<>();
    private final Set<IntentToken> answersLost = new HashSet<>();
    private final Set<InstanceId> endsRefused = new HashSet<>();
    private final Set<InstanceId> endsSlow = new HashSet<>();

    /** How much each provider has for all machines of all domains together, in thousandths of a core. */
    private final Map<ProviderId, Long> capacity = new HashMap<>();

    /** Whether a machine in standby keeps its place. */
    private boolean standbyHolds;

    FakeProviders(World world) {
        this.world = world;
    }

    /** From now on each provider has little: enough for any one machine, or a few small ones. */
    void becomeScarce() {
        capacity.put(Fixtures.PROVIDER, 8000 + 2000L * world.random.nextInt(4));
        capacity.put(Fixtures.OTHER_PROVIDER, 8000 + 8000L * world.random.nextInt(2));
        standbyHolds = world.random.nextBoolean();
    }

    private boolean hasRoomFor(ProviderId provider, long cpuMillis) {
        long taken = alive().stream()
                .filter(machine ->
                        machine.provider.equals(provider) && (standbyHolds || machine.power == Machine.Power.RUNNING))
                .mapToLong(machine -> machine.cpuMillis)
                .sum();
        return taken + cpuMillis <= capacity.getOrDefault(provider, Long.MAX_VALUE);
    }

    List<Machine> alive() {
        return machines.values().stream()
                .filter(machine -> machine.power != Machine.Power.DEAD)
                .toList();
    }

    void dispatch(Intent intent) {
        world.soon(4, () -> call(intent));
    }

    private void call(Intent intent) {
        if (world.cell.intents().get(intent.token()) == null) {
            return;
        }
        if (world.happens(0.15) && callsLost.add(intent.token())) {
            world.later(Duration.ofSeconds(5), () -> call(intent));
            return;
        }
        if (intent.kind() == Intent.Kind.TERMINATE && world.happens(0.3) && endsSlow.add(intent.instance())) {
            world.soon(30, () -> call(intent));
            return;
        }
        boolean mayStall = intent.kind() != Intent.Kind.TERMINATE && !answersLost.contains(intent.token());
        if (mayStall && world.happens(0.06) && callsLost.add(intent.token())) {
            // Beyond every deadline of the cell. Not so for an end: its promptness is what the fence deadline rests on.
            world.later(Duration.ofSeconds(200), () -> call(intent));
            return;
        }
        ProviderOutcome outcome =
                switch (intent.kind()) {
                    case LAUNCH -> launch(intent);
                    case START -> start(intent);
                    case STOP -> stop(intent);
                    case TERMINATE -> terminate(intent);
                };
        if (world.happens(0.15) && answersLost.add(intent.token())) {
            world.later(Duration.ofSeconds(5), () -> call(intent));
            return;
        }
        Event answer = new Event.IntentAnswered(intent.token(), outcome);
        world.soon(4, () -> world.decide(answer));
        if (world.happens(0.2)) {
            world.soon(60, () -> world.decide(answer));
        }
    }

    private ProviderOutcome launch(Intent intent) {
        Machine known = launched.get(intent.token());
        if (known != null) {
            return new ProviderOutcome.Accepted(known.ref);
        }
        if (world.happens(0.3)) {
            return switch (world.random.nextInt(3)) {
                case 0 -> new ProviderOutcome.InsufficientCapacity("z1", "any");
                case 1 -> new ProviderOutcome.QuotaExceeded("vcpus");
                default -> new ProviderOutcome.Invalid("no such image");
            };
        }
        long cpuMillis = Objects.requireNonNull(world.database.instances().get(intent.instance()))
                .offering()
                .machineType()
                .capacity()
                .cpuMillis();
        if (!hasRoomFor(intent.provider(), cpuMillis)) {
            return new ProviderOutcome.InsufficientCapacity("z1", "any");
        }
        Machine machine =
                new Machine(intent.instance(), intent.provider(), "m-" + (machines.size() + 1), cpuMillis, world.now);
        machines.put(machine.ref, machine);
        launched.put(intent.token(), machine);
        boot(machine, 30);
        return new ProviderOutcome.Accepted(machine.ref);
    }

    private ProviderOutcome start(Intent intent) {
        Machine machine = machine(intent);
        if (machine != null && world.happens(0.1)) {
            die(machine);
        }
        if (machine == null || machine.power == Machine.Power.DEAD) {
            return new ProviderOutcome.NotFound();
        }
        if (machine.power == Machine.Power.STOPPED) {
            boolean room = standbyHolds || hasRoomFor(machine.provider, machine.cpuMillis);
            if (!room || world.happens(0.3)) {
                return new ProviderOutcome.InsufficientCapacity("z1", "any");
            }
            machine.power = Machine.Power.RUNNING;
            boot(machine, 5);
        }
        return new ProviderOutcome.Accepted(machine.ref);
    }

    private ProviderOutcome stop(Intent intent) {
        Machine machine = machine(intent);
        if (machine != null && world.happens(0.1)) {
            die(machine);
        }
        if (machine == null || machine.power == Machine.Power.DEAD) {
            return new ProviderOutcome.NotFound();
        }
        if (machine.power == Machine.Power.RUNNING) {
            if (world.happens(0.2)) {
                return new ProviderOutcome.Unsupported("stop");
            }
            if (!machine.processes.isEmpty()) {
                throw new AssertionError("I9: " + machine.instance + " is stopped while it runs " + machine.processes);
            }
            halt(machine, Machine.Power.STOPPED);
        }
        return new ProviderOutcome.Accepted(machine.ref);
    }

    private ProviderOutcome terminate(Intent intent) {
        if (intent.ref() == null) {
            throw new AssertionError("an end without the provider's name for the machine: " + intent);
        }
        Machine machine = machine(intent);
        if (machine == null) {
            return new ProviderOutcome.NotFound();
        }
        if (world.happens(0.2) && endsRefused.add(machine.instance)) {
            return new ProviderOutcome.Invalid("it is being changed");
        }
        halt(machine, Machine.Power.DEAD);
        return new ProviderOutcome.Accepted(machine.ref);
    }

    private @Nullable Machine machine(Intent intent) {
        Machine machine = intent.ref() == null ? null : machines.get(intent.ref());
        return machine == null || machine.power == Machine.Power.DEAD ? null : machine;
    }

    private void boot(Machine machine, int seconds) {
        if (world.happens(0.08)) {
            // It comes up, but never calls home.
            return;
        }
        int generation = machine.generation;
        world.soon(seconds, () -> {
            if (machine.generation == generation && machine.power == Machine.Power.RUNNING) {
                world.agents.bootedOn(machine);
            }
        });
    }

    private void halt(Machine machine, Machine.Power power) {
        machine.power = power;
        machine.generation++;
        machine.agentUp = false;
        machine.loading = false;
        machine.processes.forEach(world::processEnds);
        machine.processes.clear();
    }

    /** The machine dies by itself; the provider tells of it some time later. */
    void die(Machine machine) {
        halt(machine, Machine.Power.DEAD);
        world.soon(40, () -> world.decide(new Event.InstanceGone(machine.instance)));
        if (world.happens(0.3)) {
            world.soon(90, () -> world.decide(new Event.InstanceGone(machine.instance)));
        }
    }

    /** Compares what there is with what the cell believes, for ever. */
    void sweepForever() {
        for (Machine machine : alive()) {
            Event found = new Event.InstanceFound(machine.provider, machine.ref, machine.instance);
            world.soon(10, () -> world.decide(found));
        }
        for (Instance instance : world.cell.instances()) {
            String ref = instance.ref();
            Machine machine = ref == null ? null : machines.get(ref);
            if (ref != null && (machine == null || machine.power == Machine.Power.DEAD)) {
                world.soon(10, () -> world.decide(new Event.InstanceGone(instance.id())));
            }
        }
        world.later(Duration.ofSeconds(60 + world.random.nextInt(60)), this::sweepForever);
    }
}
