package dev.warmfront.local;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.local.InstanceRecord.Phase;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Takes one instance from phase to phase. The caller holds the instance. */
final class InstanceLife {

    private final InstanceStore store;
    private final AgentProcesses processes;
    private final LocalSettings settings;
    private final Checkpoint checkpoint;

    InstanceLife(InstanceStore store, AgentProcesses processes, LocalSettings settings, Checkpoint checkpoint) {
        this.store = store;
        this.processes = processes;
        this.settings = settings;
        this.checkpoint = checkpoint;
    }

    /** When an instance that is launched now may start. */
    Instant bootsAt() {
        return Instant.now().plus(settings.bootDelay());
    }

    /**
     * Does what is due: starts or continues what has waited long enough, buries what has died, finishes an end that a crash
     * interrupted. A stop that a crash interrupted is left to whoever repeats it.
     *
     * @return the record afterwards; empty when the instance is not there (any more)
     */
    Optional<InstanceRecord> advance(String name) throws IOException {
        Optional<InstanceRecord> found = store.read(name);
        if (found.isEmpty()) {
            return found;
        }
        InstanceRecord record = found.get();
        return switch (record.phase()) {
            case PENDING -> Optional.of(isDue(record) ? boot(name, record) : record);
            case RESUMING ->
                dead(record) ? bury(name, record) : Optional.of(isDue(record) ? resume(name, record) : record);
            case RUNNING, SUSPENDED -> dead(record) ? bury(name, record) : found;
            case ENDING -> bury(name, record);
            case STOPPING, STOPPED -> found;
        };
    }

    /** Whether {@link #advance} would change anything, told without holding the instance. */
    boolean needsAttention(InstanceRecord record) {
        return switch (record.phase()) {
            case PENDING -> isDue(record);
            case RESUMING -> isDue(record) || dead(record);
            case RUNNING, SUSPENDED -> dead(record);
            case ENDING -> true;
            case STOPPING, STOPPED -> false;
        };
    }

    private static boolean isDue(InstanceRecord record) {
        return !Instant.now().isBefore(record.notBefore());
    }

    private static boolean dead(InstanceRecord record) {
        return record.agent().filter(ProcessTable::alive).isEmpty();
    }

    private Optional<InstanceRecord> bury(String name, InstanceRecord record) throws IOException {
        end(name, record);
        return Optional.empty();
    }

    /** Starts the agent, unless it runs already because a crash came between its start and the record of it. */
    private InstanceRecord boot(String name, InstanceRecord record) throws IOException {
        Optional<ProcessId> adopted = ProcessTable.findAgent(processes.marks(name, record));
        ProcessId agent = adopted.isPresent() ? adopted.get() : processes.start(name, record);
        checkpoint.reached(Checkpoint.Moment.PROCESS_STARTED);
        InstanceRecord running = record.running(agent);
        store.write(name, running);
        return running;
    }

    private InstanceRecord resume(String name, InstanceRecord record) throws IOException {
        processes.unfreeze(name, record);
        InstanceRecord running = record.in(Phase.RUNNING);
        store.write(name, running);
        return running;
    }

    /** Records that a stopped instance is to start again. */
    void book(String name, InstanceRecord record) throws IOException {
        store.write(name, record.waiting(Phase.PENDING, Instant.now().plus(settings.resumeDelay())));
    }

    /** Wakes an instance that is suspended, and makes sure of one that is awake or on its way. */
    ProviderOutcome wake(String name, InstanceRecord record) throws IOException {
        if (record.phase() == Phase.SUSPENDED) {
            store.write(name, record.waiting(Phase.RESUMING, Instant.now().plus(settings.resumeDelay())));
        }
        Optional<InstanceRecord> awake = advance(name);
        if (awake.isEmpty()) {
            return new ProviderOutcome.NotFound();
        }
        InstanceRecord now = awake.get();
        if (now.phase() == Phase.RUNNING
                && now.agent().filter(agent -> ProcessTable.frozen(agent.pid())).isPresent()) {
            // A crash came between the freezing and the record of it.
            processes.unfreeze(name, now);
        }
        return new ProviderOutcome.Accepted(name);
    }

    /** Ends the processes and keeps the folder. */
    ProviderOutcome stop(String name, InstanceRecord record) throws IOException {
        return switch (record.phase()) {
            case STOPPED -> new ProviderOutcome.Accepted(name);
            case SUSPENDED, RESUMING -> wrong(name, record, "start it before stopping it");
            case ENDING -> new ProviderOutcome.NotFound();
            case RUNNING -> {
                if (dead(record)) {
                    end(name, record);
                    yield new ProviderOutcome.NotFound();
                }
                yield stopNow(name, record);
            }
            case PENDING, STOPPING -> stopNow(name, record);
        };
    }

    private ProviderOutcome stopNow(String name, InstanceRecord record) throws IOException {
        InstanceRecord stopping = record.in(Phase.STOPPING);
        store.write(name, stopping);
        checkpoint.reached(Checkpoint.Moment.STOP_RECORDED);
        processes.stop(name, stopping);
        store.write(name, stopping.stopped());
        return new ProviderOutcome.Accepted(name);
    }

    /** Freezes every process where it is. */
    ProviderOutcome suspend(String name, InstanceRecord record) throws IOException {
        return switch (record.phase()) {
            case PENDING -> wrong(name, record, "it can be suspended when it runs");
            case STOPPING, STOPPED -> wrong(name, record, "start it before suspending it");
            case ENDING -> new ProviderOutcome.NotFound();
            case RUNNING, SUSPENDED, RESUMING -> {
                if (dead(record)) {
                    end(name, record);
                    yield new ProviderOutcome.NotFound();
                }
                processes.freeze(name, record);
                store.write(name, record.in(Phase.SUSPENDED));
                yield new ProviderOutcome.Accepted(name);
            }
        };
    }

    private static ProviderOutcome wrong(String name, InstanceRecord record, String hint) {
        return new ProviderOutcome.Invalid(
                "instance " + name + " is " + record.phase().status() + "; " + hint);
    }

    /** Kills everything and forgets the instance. */
    void end(String name, InstanceRecord record) throws IOException {
        InstanceRecord ending = record.in(Phase.ENDING);
        if (record.phase() != Phase.ENDING) {
            store.write(name, ending);
        }
        checkpoint.reached(Checkpoint.Moment.END_RECORDED);
        processes.kill(name, ending);
        checkpoint.reached(Checkpoint.Moment.PROCESSES_KILLED);
        store.remove(name, ending);
    }
}
