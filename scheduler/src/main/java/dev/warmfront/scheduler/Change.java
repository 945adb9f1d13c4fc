package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One alteration of a cell's state. Changes of tasks, instances and intents carry the whole image <i>after</i> the
 * change: {@link CellState#apply} puts it in place (refusing an illegal transition), and whoever persists a batch writes
 * the last image of each.
 */
public sealed interface Change {

    /** A task is new or moved on. */
    record TaskChanged(Task after, TaskTrigger trigger) implements Change {}

    /**
     * An instance is new, moved on, or carries something else.
     *
     * @param trigger why its state changed; null when only what it carries did
     * @param reason why, for people
     */
    record InstanceChanged(Instance after, @Nullable InstanceTrigger trigger, Reason reason) implements Change {}

    /** A provider call is intended, or its outcome is known. */
    record IntentChanged(Intent after) implements Change {}

    /** A cost was realised. */
    record ChargeMade(Charge charge) implements Change {}

    /** A workflow was accepted; its tasks follow as changes of their own. */
    record WorkflowAccepted(Workflow workflow) implements Change {}

    record TenantChanged(TenantProfile tenant) implements Change {}

    record EnvironmentChanged(TenantId tenant, Environment environment) implements Change {}

    record EnvironmentDropped(EnvironmentKey key) implements Change {}

    record OfferingsChanged(ProviderId provider, List<Offering> offerings) implements Change {
        public OfferingsChanged {
            offerings = List.copyOf(offerings);
        }
    }

    record PoolChanged(@Nullable PoolId pool, PoolSettings settings) implements Change {}

    /** What a pool's policy, which is only listened to, would do is no longer what it was. */
    record PoolAdvised(PoolAdvice advice) implements Change {}

    /**
     * Launches of the offering are not tried before {@code until}, unless a machine ends where it would run.
     *
     * @param shortages how many launches in a row were refused for lack of capacity or quota; 0 when the last one was
     *     refused for something else
     */
    record OfferingBlocked(OfferingId offering, Instant until, String why, int shortages) implements Change {}

    /** No further start or end of the instance is tried before {@code until}: the provider refused the last one. */
    record InstanceHeldBack(InstanceId instance, Instant until) implements Change {}

    /** An agent said what its place is like; in memory only, for it says so again. */
    record AgentSeen(InstanceId instance, AgentView view) implements Change {}

    /** What a task will read is to be fetched ahead of it; in memory only: a task fetches what it lacks. */
    record DataSentAhead(SentAhead sent) implements Change {}

    /** Room that is set aside by a curve has moved; only where a pool reserves so. */
    record ReservationChanged(Reservation after) implements Change {}

    /** What a tenant's types of task are known to use, all of them; in memory only, for whoever learned it says so again. */
    record CurvesKnown(TenantId tenant, SortedMap<String, ResourceCurve> curves) implements Change {}

    /** What follows a tenant's tasks that are in no workflow, all of it; in memory only, for whoever learned it says so again. */
    record SuccessorsKnown(TenantId tenant, SortedMap<String, List<Follows>> successors) implements Change {}

    /** The next number for identifiers that the cell gives out; persisted, so that none is given twice. */
    record SequenceAdvanced(long next) implements Change {}
}
