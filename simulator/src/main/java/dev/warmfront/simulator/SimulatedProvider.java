package dev.warmfront.simulator;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Providers of machines: calls take their time, are refused, are dispatched again; machines die or are taken back. */
final class SimulatedProvider {

    private static final long SECOND = 1_000_000;

    private final Simulation world;
    private final Map<InstanceId, Machine> machines = new LinkedHashMap<>();
    private long refs;

    SimulatedProvider(Simulation world) {
        this.world = world;
    }

    /** Machines that exist, running or stopped. */
    Iterable<Machine> machines() {
        return machines.values();
    }

    @Nullable Machine machine(InstanceId instance) {
        return machines.get(instance);
    }

    /** The control plane makes the call; sometimes twice, as after a crash between call and outcome. */
    void dispatch(Intent intent) {
        world.after(world.delay(5), () -> call(intent));
        if (world.happens(world.mishaps().repeated())) {
            world.after(world.delay(20), () -> call(intent));
        }
    }

    private void call(Intent intent) {
        switch (intent.kind()) {
            case LAUNCH -> launch(intent);
            case START -> start(intent);
            case STOP -> stop(intent);
            case TERMINATE -> terminate(intent);
        }
    }

    private void answer(Intent intent, ProviderOutcome outcome) {
        world.after(world.delay(5), () -> world.decide(new Event.IntentAnswered(intent.token(), outcome)));
    }

    private void launch(Intent intent) {
        Machine known = machines.get(intent.instance());
        if (known != null) {
            // The token tells the provider that it has done this already.
            answer(intent, new ProviderOutcome.Accepted(known.ref));
            return;
        }
        if (!world.isOpen(intent.token())) {
            // Answered already: a call that is repeated after that finds its token used up.
            return;
        }
        ProviderOutcome refusal = refusal(intent);
        if (refusal != null) {
            answer(intent, refusal);
            return;
        }
        long accepted = world.settings().calls().accepted().draw(world.random(), world.nowMicros());
        if (accepted == 0) {
            accept(intent);
        } else {
            world.after(accepted, () -> accept(intent));
        }
    }

    private void accept(Intent intent) {
        if (machines.containsKey(intent.instance()) || !world.isOpen(intent.token())) {
            return;
        }
        Machine machine = new Machine(intent.instance(), "m-" + refs++);
        machines.put(machine.instance, machine);
        answer(intent, new ProviderOutcome.Accepted(machine.ref));
        boot(machine, world.settings().launch().draw(world.random(), world.nowMicros()));
    }

    private void boot(Machine machine, long lead) {
        int boot = ++machine.boot;
        world.after(lead, () -> {
            if (machine.exists && machine.boot == boot && !machine.stopped) {
                world.agents().up(machine);
                troubleAhead(machine, boot);
            }
        });
    }

    private void troubleAhead(Machine machine, int boot) {
        long life = world.settings().disturbance().lifeMicros();
        if (life > 0) {
            world.after(Math.round(life * world.random().nextExponential()), () -> takeBack(machine, boot));
        }
        Mishaps mishaps = world.mishaps();
        if (world.happens(mishaps.crashed())) {
            world.after(world.upTo(300), () -> {
                if (machine.boot == boot) {
                    end(machine);
                }
            });
        }
        if (world.happens(mishaps.interrupted())) {
            world.after(world.upTo(300), () -> {
                if (machine.exists && machine.boot == boot) {
                    world.agents().report(machine, new Event.InterruptionNoticed(machine.instance));
                    world.after(120 * SECOND, () -> end(machine));
                }
            });
        }
        if (world.happens(mishaps.cut())) {
            world.after(world.upTo(300), () -> {
                machine.cut = true;
                world.after(world.upTo(240), () -> machine.cut = false);
            });
        }
    }

    /** As spot machines are: two minutes' notice, and what still runs then is lost. */
    private void takeBack(Machine machine, int boot) {
        if (machine.exists && machine.boot == boot) {
            world.decide(new Event.InterruptionNoticed(machine.instance));
            world.after(120 * SECOND, () -> lose(machine));
        }
    }

    /** Every second machine is lost, and the control plane is told. */
    void outage() {
        boolean hit = false;
        for (Machine machine : List.copyOf(machines.values())) {
            hit = !hit;
            if (hit) {
                lose(machine);
            }
        }
    }

    private void lose(Machine machine) {
        if (machine.exists) {
            end(machine);
            world.decide(new Event.InstanceGone(machine.instance));
        }
    }

    private @Nullable ProviderOutcome refusal(Intent intent) {
        if (!world.happens(world.mishaps().refused())) {
            return null;
        }
        return switch (world.random().nextInt(4)) {
            case 0 -> new ProviderOutcome.InsufficientCapacity("z1", "any");
            case 1 -> new ProviderOutcome.QuotaExceeded("instances");
            case 2 -> new ProviderOutcome.Throttled(Duration.ofSeconds(5));
            default -> new ProviderOutcome.Invalid("the simulated provider refuses " + intent.kind());
        };
    }

    private void start(Intent intent) {
        Machine machine = machines.get(intent.instance());
        if (machine == null) {
            answer(intent, new ProviderOutcome.NotFound());
            return;
        }
        ProviderOutcome refusal = refusal(intent);
        if (refusal != null && machine.stopped) {
            answer(intent, refusal);
            return;
        }
        answer(intent, new ProviderOutcome.Accepted(machine.ref));
        if (machine.stopped && world.isOpen(intent.token())) {
            machine.stopped = false;
            boot(machine, world.settings().resume().draw(world.random(), world.nowMicros()));
        }
    }

    private void stop(Intent intent) {
        Machine machine = machines.get(intent.instance());
        if (machine == null) {
            answer(intent, new ProviderOutcome.NotFound());
            return;
        }
        if (!world.isOpen(intent.token())) {
            return;
        }
        ProviderOutcome refusal = refusal(intent);
        if (refusal != null && !machine.stopped) {
            answer(intent, refusal);
            return;
        }
        machine.stopped = true;
        machine.agentUp = false;
        machine.boot++;
        world.agents().endAll(machine);
        world.after(
                world.settings().stop().draw(world.random(), world.nowMicros()),
                () -> answer(intent, new ProviderOutcome.Accepted(machine.ref)));
    }

    private void terminate(Intent intent) {
        Machine machine = machines.get(intent.instance());
        if (machine == null || (intent.ref() != null && !intent.ref().equals(machine.ref))) {
            answer(intent, new ProviderOutcome.NotFound());
            return;
        }
        // Once per machine: the cell relies on ends being prompt, within its fence deadline (docs/adr/0004).
        if (!machine.endRefused && world.happens(world.mishaps().refused())) {
            machine.endRefused = true;
            answer(intent, new ProviderOutcome.Throttled(Duration.ofSeconds(5)));
            return;
        }
        long ended = world.settings().calls().ended().draw(world.random(), world.nowMicros());
        if (ended == 0) {
            end(intent, machine);
        } else {
            world.after(ended, () -> end(intent, machine));
        }
    }

    private void end(Intent intent, Machine machine) {
        end(machine);
        answer(intent, new ProviderOutcome.Accepted(machine.ref));
    }

    /** It is no more, and neither is what ran on it. */
    private void end(Machine machine) {
        machine.exists = false;
        machine.agentUp = false;
        machines.remove(machine.instance);
        world.agents().endAll(machine);
    }

    /** Compares what exists with what the cell knows, as the control plane does now and then. */
    void sweep() {
        for (Machine machine : List.copyOf(machines.values())) {
            Instance row = world.cell().instance(machine.instance);
            if (row == null || !machine.ref.equals(row.ref())) {
                world.decide(new Event.InstanceFound(world.settings().provider(), machine.ref, machine.instance));
            }
        }
        List<InstanceId> gone = new ArrayList<>();
        for (Instance row : world.cell().instances()) {
            if (row.ref() != null && !machines.containsKey(row.id())) {
                gone.add(row.id());
            }
        }
        gone.forEach(id -> world.decide(new Event.InstanceGone(id)));
    }
}
