package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.ProviderId;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** A machine of the fake world with the agent on it: what really is, whatever the cell believes. */
final class Machine {

    enum Power {
        RUNNING,
        STOPPED,
        DEAD
    }

    final InstanceId instance;
    final ProviderId provider;
    final String ref;
    final long cpuMillis;
    Power power = Power.RUNNING;

    /** Counts power-ups: what was set in motion in an earlier one is void. */
    int generation;

    /** The agent is up and has begun to poll. */
    boolean agentUp;

    /** Cut off: nothing gets in or out, what runs runs on. */
    boolean cut;

    /** The agent was told 410 Gone: it killed all and does nothing any more. */
    boolean dismissed;

    Instant lastHeard;
    boolean loading;
    final TreeSet<EnvironmentKey> warm = new TreeSet<>();
    final Set<AttemptId> processes = new LinkedHashSet<>();
    final Set<AttemptId> known = new HashSet<>();

    Machine(InstanceId instance, ProviderId provider, String ref, long cpuMillis, Instant now) {
        this.instance = instance;
        this.provider = provider;
        this.ref = ref;
        this.cpuMillis = cpuMillis;
        this.lastHeard = now;
    }
}
