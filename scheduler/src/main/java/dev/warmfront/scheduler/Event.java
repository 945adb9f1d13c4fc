package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a cell. Events may come late, twice or out of order; deciding must stand that. */
public sealed interface Event {

    // ---- tenants and operators

    /** A tenant is new or changed. */
    record TenantPut(TenantProfile tenant) implements Event {}

    /** An environment is new or changed. */
    record EnvironmentPut(TenantId tenant, Environment environment) implements Event {}

    /** An environment is withdrawn; refused while live tasks need it. */
    record EnvironmentRemoved(EnvironmentKey key) implements Event {}

    /**
     * Tasks to run, all or none. Ids already known are skipped (a repeated submission).
     *
     * @param tasks of one tenant, without parents
     */
    record TasksSubmitted(TenantId tenant, List<TaskSpec> tasks) implements Event {
        public TasksSubmitted {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * A DAG of tasks, all or none.
     *
     * @param tasks every task of the workflow; parents are ids among them, without a cycle
     */
    record WorkflowSubmitted(TenantId tenant, WorkflowId workflow, String name, List<TaskSpec> tasks) implements Event {
        public WorkflowSubmitted {
            tasks = List.copyOf(tasks);
        }
    }

    /** The tenant does not want the task any more. */
    record TaskCancelRequested(TenantId tenant, TaskId task) implements Event {}

    /** The tenant does not want any unfinished task of the workflow any more. */
    record WorkflowCancelRequested(TenantId tenant, WorkflowId workflow) implements Event {}

    /** What a provider offers now; replaces what it offered before. */
    record OfferingsPut(ProviderId provider, List<Offering> offerings) implements Event {
        public OfferingsPut {
            offerings = List.copyOf(offerings);
        }
    }

    /** An operator set how a pool is run. A null pool sets the default of all pools without settings of their own. */
    record PoolPut(@Nullable PoolId pool, PoolSettings settings) implements Event {}

    /** An operator wants the instance to take no new work and to end when it is idle. */
    record DrainRequested(InstanceId instance) implements Event {}

    // ---- providers

    /** The outcome of an intended call. */
    record IntentAnswered(IntentToken token, ProviderOutcome outcome) implements Event {}

    /** The provider does not list the instance any more, or said that it ended. */
    record InstanceGone(InstanceId instance) implements Event {}

    /**
     * The sweep found a machine that carries our tags.
     *
     * @param instance the id in its tags
     * @param ref the provider's own name for it
     */
    record InstanceFound(ProviderId provider, String ref, InstanceId instance) implements Event {}

    // ---- agents

    /** The agent called home: after a launch, a start, or a control plane that was away. */
    record AgentRegistered(InstanceId instance) implements Event {}

    /**
     * The agent finished loading.
     *
     * @param warm all environments now loaded
     * @param failure why an environment that was to be loaded is not among them, or null; begins with the environment's key
     *     and {@code ": "} where the agent names it
     */
    record WarmUpFinished(
            InstanceId instance,
            SortedSet<EnvironmentKey> warm,
            @Nullable String failure) implements Event {}

    /** The attempt's process runs. */
    record AttemptStarted(InstanceId instance, AttemptId attempt) implements Event {}

    /** The attempt ended. */
    record AttemptFinished(InstanceId instance, AttemptId attempt, AttemptResult result) implements Event {}

    /** What lies with the agent and how far it has to what, where that is news. */
    record AgentTold(InstanceId instance, AgentView view) implements Event {}

    /** Nothing was heard of the agent for too long. */
    record InstanceSilent(InstanceId instance) implements Event {}

    /** The provider is about to take the instance back (spot). */
    record InterruptionNoticed(InstanceId instance) implements Event {}

    /** An attempt whose pool reserves by curves uses more than the band of what it was given, or is within the band again. */
    record UseMeasured(InstanceId instance, AttemptId attempt, long cpuMillis, long memoryBytes) implements Event {}

    // ---- learners

    /** What a tenant's types of task are known well enough to use, all of them. */
    record CurvesLearned(TenantId tenant, SortedMap<String, ResourceCurve> curves) implements Event {
        public CurvesLearned {
            curves = Collections.unmodifiableSortedMap(new TreeMap<>(curves));
        }
    }

    /**
     * What follows a tenant's tasks that are in no workflow, where nobody declared it, as far as it is known well enough; all of it.
     *
     * @param successors by the type of the task that they follow
     */
    record SuccessorsLearned(TenantId tenant, SortedMap<String, List<Follows>> successors) implements Event {
        public SuccessorsLearned {
            TreeMap<String, List<Follows>> copy = new TreeMap<>();
            successors.forEach((type, follows) -> copy.put(type, List.copyOf(follows)));
            successors = Collections.unmodifiableSortedMap(copy);
        }
    }

    // ---- time

    /** A second has passed. */
    record Tick() implements Event {}
}
