package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The agents on the machines: they poll what is desired, load, run, kill and report until they are heard. Answers to polls
 * and reports take their time, so both may be old news when they arrive.
 */
final class FakeAgents {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** What a poll is answered with: null in place of it means 410 Gone. */
    private record Desired(boolean warming, Set<EnvironmentKey> toLoad, List<AttemptId> run, Set<AttemptId> kill) {}

    private final World world;

    FakeAgents(World world) {
        this.world = world;
    }

    void bootedOn(Machine machine) {
        machine.agentUp = true;
        machine.lastHeard = world.now;
        report(machine, new Event.AgentRegistered(machine.instance));
        poll(machine, machine.generation);
    }

    private void poll(Machine machine, int generation) {
        if (machine.generation != generation || machine.dismissed) {
            return;
        }
        if (!machine.cut) {
            machine.lastHeard = world.now;
            Desired desired = desired(machine);
            world.soon(2, () -> {
                if (machine.generation == generation && !machine.dismissed) {
                    follow(machine, desired);
                }
            });
        }
        world.later(Duration.ofMillis(1000 + world.random.nextInt(5000)), () -> poll(machine, generation));
    }

    private @Nullable Desired desired(Machine machine) {
        Instance instance = world.cell.instance(machine.instance);
        if (instance == null || instance.state() == InstanceState.LOST) {
            return null;
        }
        List<AttemptId> run = new ArrayList<>();
        Set<AttemptId> kill = new HashSet<>();
        for (Allocation allocation : instance.allocations()) {
            Task task = world.cell.task(allocation.attempt().task());
            if (task != null && task.state() == TaskState.CANCELLING) {
                kill.add(allocation.attempt());
            } else {
                run.add(allocation.attempt());
            }
        }
        return new Desired(instance.state() == InstanceState.WARMING, new TreeSet<>(instance.warming()), run, kill);
    }

    private void follow(Machine machine, @Nullable Desired desired) {
        if (desired == null) {
            machine.dismissed = true;
            machine.processes.forEach(world::processEnds);
            machine.processes.clear();
            return;
        }
        if (desired.warming() && !machine.loading) {
            load(machine, desired.toLoad());
        }
        for (AttemptId attempt : desired.kill()) {
            if (machine.processes.remove(attempt)) {
                world.processEnds(attempt);
                finished(machine, attempt, AttemptResult.End.CANCELLED, null);
            } else if (machine.known.add(attempt)) {
                finished(machine, attempt, AttemptResult.End.CANCELLED, null);
            }
        }
        for (AttemptId attempt : desired.run()) {
            if (machine.known.add(attempt)) {
                start(machine, attempt);
            }
        }
    }

    private void load(Machine machine, Set<EnvironmentKey> environments) {
        machine.loading = true;
        int generation = machine.generation;
        world.soon(10, () -> {
            if (machine.generation != generation) {
                return;
            }
            machine.loading = false;
            boolean fails = !environments.isEmpty() && world.happens(0.15);
            if (!fails) {
                machine.warm.addAll(environments);
            }
            report(
                    machine,
                    new Event.WarmUpFinished(
                            machine.instance,
                            Collections.unmodifiableSortedSet(new TreeSet<>(machine.warm)),
                            fails ? "exit code 1" : null));
        });
    }

    private void start(Machine machine, AttemptId attempt) {
        if (world.happens(0.05)) {
            finished(machine, attempt, AttemptResult.End.NOT_STARTED, null);
            return;
        }
        world.processStarts(attempt);
        machine.processes.add(attempt);
        report(machine, new Event.AttemptStarted(machine.instance, attempt));
        int generation = machine.generation;
        world.soon(30, () -> {
            if (machine.generation == generation && machine.processes.remove(attempt)) {
                world.processEnds(attempt);
                end(machine, attempt);
            }
        });
    }

    private void end(Machine machine, AttemptId attempt) {
        AttemptResult.End end = AttemptResult.End.EXITED;
        if (world.happens(0.15)) {
            AttemptResult.End[] ends = {
                AttemptResult.End.TIMED_OUT, AttemptResult.End.OUT_OF_MEMORY, AttemptResult.End.EVICTED
            };
            end = ends[world.random.nextInt(ends.length)];
        }
        int code = world.happens(0.2) ? 1 : 0;
        if (end == AttemptResult.End.EXITED && code == 0) {
            world.exitedZero.add(attempt);
        }
        finished(machine, attempt, end, end == AttemptResult.End.EXITED ? code : null);
    }

    private void finished(Machine machine, AttemptId attempt, AttemptResult.End end, @Nullable Integer exitCode) {
        report(
                machine,
                new Event.AttemptFinished(
                        machine.instance, attempt, new AttemptResult(end, exitCode, "", AttemptResult.Usage.NONE)));
    }

    /** Sends it until it is heard, perhaps twice, perhaps after what was sent later. */
    private void report(Machine machine, Event event) {
        int generation = machine.generation;
        world.soon(2, () -> {
            if (machine.generation != generation || machine.dismissed) {
                return;
            }
            if (machine.cut || world.happens(0.1)) {
                world.later(Duration.ofSeconds(3), () -> report(machine, event));
                return;
            }
            world.soon(world.mishap > 0 ? 4 : 1, () -> world.decide(event));
            if (world.happens(0.15)) {
                world.soon(60, () -> world.decide(event));
            }
        });
    }

    /** As the control plane does: an agent that should speak and does not is reported silent. */
    void noticeSilence() {
        for (Instance instance : List.copyOf(world.cell.instances())) {
            boolean speaks =
                    switch (instance.state()) {
                        case WARMING, HOT, BUSY, DRAINING -> true;
                        case REQUESTED, BOOTING, STOPPING, STANDBY, STARTING, LOST, TERMINATED, FAILED -> false;
                    };
            if (speaks && heardLongAgo(instance)) {
                world.decide(new Event.InstanceSilent(instance.id()));
            }
        }
    }

    private boolean heardLongAgo(Instance instance) {
        return world.providers.alive().stream()
                .filter(machine -> machine.instance.equals(instance.id()) && machine.agentUp && !machine.dismissed)
                .noneMatch(machine ->
                        Duration.between(machine.lastHeard, world.now).compareTo(SILENCE) <= 0);
    }
}
