package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A simulated machine as its provider knows it, with the agent on it. */
final class Machine {

    final InstanceId instance;
    final String ref;

    /** Whether the provider has it, running or stopped. */
    boolean exists = true;

    boolean stopped;

    /** Whether its agent runs. */
    boolean agentUp;

    /** Whether its agent can neither hear nor be heard. */
    boolean cut;

    /** Whether the provider has refused to end it. */
    boolean endRefused;

    /** Counts boots: what was under way on an earlier one is void. */
    int boot;

    /** Since when nothing was heard of it. */
    long lastHeardMicros;

    final Set<EnvironmentKey> warm = new TreeSet<>();

    /** What the agent has heard of; made when there is something to remember. */
    private @Nullable Set<AttemptId> known;

    /** One of what runs here, mostly the only one; the others follow it. */
    private SimulatedAgents.@Nullable Running first;

    Machine(InstanceId instance, String ref) {
        this.instance = instance;
        this.ref = ref;
    }

    boolean knows(AttemptId attempt) {
        return known != null && known.contains(attempt);
    }

    /** @return whether the agent had not heard of it */
    boolean remember(AttemptId attempt) {
        if (known == null) {
            known = new HashSet<>();
        }
        return known.add(attempt);
    }

    void started(SimulatedAgents.Running process) {
        process.next = first;
        if (first != null) {
            first.previous = process;
        }
        first = process;
    }

    void ended(SimulatedAgents.Running process) {
        if (process.previous == null) {
            first = process.next;
        } else {
            process.previous.next = process.next;
        }
        if (process.next != null) {
            process.next.previous = process.previous;
        }
    }

    /** What runs here of the attempt. */
    SimulatedAgents.@Nullable Running process(AttemptId attempt) {
        SimulatedAgents.Running process = first;
        while (process != null && !process.attempt.equals(attempt)) {
            process = process.next;
        }
        return process;
    }

    /** What runs here, one of them; null when nothing does. */
    SimulatedAgents.@Nullable Running process() {
        return first;
    }

    boolean reachable() {
        return exists && agentUp && !cut;
    }
}
