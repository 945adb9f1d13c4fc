package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReserveBy;
import dev.warmfront.scheduler.Task;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The agents on the machines: they load, run, kill, and report until they are heard. */
final class SimulatedAgents {

    private static final long SECOND = 1_000_000;
    private static final long SILENCE = 30 * SECOND;
    private static final long RESEND = 3 * SECOND;

    /** An attempt's use is told so often at most, in the first so many seconds. */
    private static final int USES = 4;

    private static final int USES_WITHIN = 60;

    private static final AttemptResult SUCCESS =
            new AttemptResult(AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE);

    /** How long a process runs whose task the cell thinks is over. */
    private static final long FORGOTTEN = 86_400 * SECOND;

    private final Simulation world;

    /** Of tasks that are not final or still run. */
    private final Map<TaskId, Work> work = new HashMap<>();

    /** Tasks that are not final. */
    private int unfinished;

    /** What a task has agents do. */
    private static final class Work {
        private final long runtimeMicros;

        /** Whether the cell thinks that it is over. */
        private boolean over;

        /** What really runs of it: the truth that I2 is about. */
        private @Nullable Running running;

        Work(long runtimeMicros, boolean over) {
            this.runtimeMicros = runtimeMicros;
            this.over = over;
        }
    }

    /** An attempt's process on a machine; what happens when it comes to its end by itself. */
    final class Running implements Runnable {
        final AttemptId attempt;
        private final Work of;
        private final Machine machine;

        /** Beside it on the machine, kept by that. */
        @Nullable Running previous;

        @Nullable Running next;

        private Running(AttemptId attempt, Work of, Machine machine) {
            this.attempt = attempt;
            this.of = of;
            this.machine = machine;
        }

        @Override
        public void run() {
            // It may have been killed, or its machine ended.
            if (of.running == this) {
                end(this);
                finished(machine, attempt, result());
            }
        }
    }

    SimulatedAgents(Simulation world) {
        this.world = world;
    }

    /** A task is submitted that will run so long. */
    void submitted(TaskId task, long runtimeMicros) {
        work.put(task, new Work(runtimeMicros, false));
        unfinished++;
    }

    /** The cell thinks that the task is over. */
    void over(TaskId task) {
        Work of = work.remove(task);
        if (of != null) {
            unfinished -= of.over ? 0 : 1;
            of.over = true;
            if (of.running != null) {
                work.put(task, of);
            }
        }
    }

    /** Whether a task that was submitted is not over. */
    boolean haveWork() {
        return unfinished > 0;
    }

    /** The machine booted. */
    void up(Machine machine) {
        machine.agentUp = true;
        machine.lastHeardMicros = world.nowMicros();
        report(machine, new Event.AgentRegistered(machine.instance));
    }

    /** The instance's image says that it is loading. */
    void load(Instance image) {
        Machine machine = world.provider().machine(image.id());
        if (machine == null) {
            return;
        }
        SortedSet<EnvironmentKey> wanted = image.warming();
        int boot = machine.boot;
        long missing =
                wanted.stream().filter(key -> !machine.warm.contains(key)).count();
        long takes = missing * world.settings().environmentMicros();
        world.after(takes + world.delay(wanted.isEmpty() ? 1 : 10), () -> {
            if (!machine.exists || machine.boot != boot) {
                return;
            }
            boolean fails = !wanted.isEmpty() && world.happens(world.mishaps().failed());
            if (!fails) {
                machine.warm.addAll(wanted);
            }
            report(
                    machine,
                    new Event.WarmUpFinished(
                            machine.instance,
                            machine.warm.isEmpty()
                                    ? Collections.emptySortedSet()
                                    : Collections.unmodifiableSortedSet(new TreeSet<>(machine.warm)),
                            fails ? "exit code 1" : null));
        });
    }

    /** The control plane wants the attempt to run; asked again until the machine hears it or nobody wants it any more. */
    void assigned(Task image) {
        AttemptId attempt = image.attemptId();
        Machine machine = image.instance() == null ? null : world.provider().machine(image.instance());
        if (machine != null) {
            world.after(world.delay(2), () -> hearAssignment(machine, attempt));
        }
    }

    private void hearAssignment(Machine machine, AttemptId attempt) {
        // A machine that is stopped at the moment hears it when it wakes: what an agent should have is told with each
        // poll.
        if (!machine.exists || machine.knows(attempt)) {
            return;
        }
        if (machine.reachable()) {
            start(machine, attempt);
        } else if (isCurrent(machine, attempt)) {
            world.after(RESEND, () -> hearAssignment(machine, attempt));
        }
    }

    private boolean isCurrent(Machine machine, AttemptId attempt) {
        Task task = world.cell().task(attempt.task());
        return task != null && task.attempt() == attempt.number() && machine.instance.equals(task.instance());
    }

    private void start(Machine machine, AttemptId attempt) {
        if (world.settings().remembersAttempts()) {
            machine.remember(attempt);
        }
        Work of = work.computeIfAbsent(attempt.task(), forgotten -> new Work(FORGOTTEN, true));
        if (of.running != null) {
            throw new InvariantViolation("I2", attempt + " starts while " + of.running.attempt + " still runs");
        }
        Running process = new Running(attempt, of, machine);
        of.running = process;
        machine.started(process);
        report(machine, new Event.AttemptStarted(machine.instance, attempt));
        world.after(of.runtimeMicros, process);
        if (world.settings().pool().reserveBy() == ReserveBy.CURVE
                && world.happens(world.mishaps().outgrown())) {
            for (int i = world.random().nextInt(USES); i >= 0; i--) {
                world.after(world.upTo(USES_WITHIN), () -> used(process));
            }
        }
    }

    /** It was measured to use anything from nothing to a little more than it asked for. */
    private void used(Running process) {
        if (process.of.running == process) {
            Resources request = world.settings().request();
            double part = 1.1 * world.random().nextDouble();
            report(
                    process.machine,
                    new Event.UseMeasured(
                            process.machine.instance, process.attempt, (long) (part * request.cpuMillis()), (long)
                                    (part * request.memoryBytes())));
        }
    }

    /** The control plane wants the attempt ended, so that there is room for others. */
    void stopping(Reservation reservation) {
        AttemptId attempt = new AttemptId(reservation.tenant(), reservation.task(), reservation.attempt());
        Machine machine = world.provider().machine(reservation.instance());
        if (machine != null) {
            world.after(world.delay(2), () -> hearCancel(machine, attempt));
        }
    }

    private AttemptResult result() {
        if (!world.happens(world.mishaps().failed())) {
            return SUCCESS;
        }
        return switch (world.random().nextInt(3)) {
            case 0 -> new AttemptResult(AttemptResult.End.OUT_OF_MEMORY, null, "", AttemptResult.Usage.NONE);
            case 1 -> new AttemptResult(AttemptResult.End.EVICTED, null, "", AttemptResult.Usage.NONE);
            default -> new AttemptResult(AttemptResult.End.EXITED, 1, "", AttemptResult.Usage.NONE);
        };
    }

    /** The control plane wants the attempt killed. */
    void cancelling(Task image) {
        AttemptId attempt = image.attemptId();
        Machine machine = image.instance() == null ? null : world.provider().machine(image.instance());
        if (machine != null) {
            world.after(world.delay(2), () -> hearCancel(machine, attempt));
        }
    }

    private void hearCancel(Machine machine, AttemptId attempt) {
        if (!machine.exists) {
            return;
        }
        if (!machine.reachable()) {
            if (isCurrent(machine, attempt)) {
                world.after(RESEND, () -> hearCancel(machine, attempt));
            }
            return;
        }
        Running process = machine.process(attempt);
        if (process != null) {
            end(process);
        }
        if (process != null || machine.remember(attempt)) {
            finished(
                    machine,
                    attempt,
                    new AttemptResult(AttemptResult.End.CANCELLED, null, "", AttemptResult.Usage.NONE));
        }
    }

    private void finished(Machine machine, AttemptId attempt, AttemptResult result) {
        report(machine, new Event.AttemptFinished(machine.instance, attempt, result));
    }

    /** Nothing runs on the machine any more. */
    void endAll(Machine machine) {
        for (Running process = machine.process(); process != null; process = machine.process()) {
            end(process);
        }
    }

    private void end(Running process) {
        process.machine.ended(process);
        process.of.running = null;
        if (process.of.over) {
            work.remove(process.attempt.task(), process.of);
        }
    }

    /** Sends it until it is heard; perhaps twice, perhaps after what was sent later. */
    void report(Machine machine, Event event) {
        int boot = machine.boot;
        world.after(world.delay(2), () -> {
            if (!machine.exists || machine.boot != boot) {
                return;
            }
            if (machine.cut || world.happens(world.mishaps().unheard())) {
                world.after(RESEND, () -> report(machine, event));
                return;
            }
            if (world.happens(world.mishaps().repeated())) {
                world.after(world.upTo(60), () -> world.decide(event));
            }
            world.decide(event);
        });
    }

    /** As the control plane does: an agent that should speak and does not is reported silent. */
    void noticeSilence() {
        for (Instance instance : List.copyOf(world.cell().instances())) {
            boolean speaks =
                    switch (instance.state()) {
                        case WARMING, HOT, BUSY, DRAINING -> true;
                        case REQUESTED, BOOTING, STOPPING, STANDBY, STARTING, LOST, TERMINATED, FAILED -> false;
                    };
            Machine machine = world.provider().machine(instance.id());
            if (machine != null && machine.reachable()) {
                machine.lastHeardMicros = world.nowMicros();
            } else if (speaks && (machine == null || world.nowMicros() - machine.lastHeardMicros > SILENCE)) {
                world.decide(new Event.InstanceSilent(instance.id()));
            }
        }
    }
}
