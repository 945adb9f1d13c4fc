package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
    final Set<AttemptId> known = new HashSet<>();
    /** Few at a time. */
    final List<AttemptId> processes = new ArrayList<>(2);

    Machine(InstanceId instance, String ref) {
        this.instance = instance;
        this.ref = ref;
    }

    boolean reachable() {
        return exists && agentUp && !cut;
    }
}
