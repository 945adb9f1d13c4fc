package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.StandbyMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a pool's plan, with its reason. */
public sealed interface Step {

    /** Why. */
    Reason reason();

    /**
     * Launch one instance of the pool's offering.
     *
     * @param environments loaded before it is hot
     * @param cause who pays for its launch; null when nobody's task or forecast asked
     * @param speculative whether no queued task waits for it
     */
    record Launch(
            List<EnvironmentKey> environments, @Nullable Cause cause, boolean speculative, Reason reason)
            implements Step {
        public Launch {
            environments = List.copyOf(environments);
        }
    }

    /** Wake a standby instance. */
    record Start(InstanceId instance, @Nullable Cause cause, boolean speculative, Reason reason) implements Step {}

    /**
     * Have an idle hot instance load an environment ahead of the tasks that need it.
     *
     * @param cause who pays for it from now on; null when nobody's task or forecast asked
     */
    record Specialise(
            InstanceId instance,
            EnvironmentKey environment,
            @Nullable Cause cause,
            Reason reason) implements Step {}

    /** Put an idle hot instance into standby. */
    record Stop(InstanceId instance, StandbyMode mode, Reason reason) implements Step {}

    /** End an idle hot or a standby instance. */
    record Terminate(InstanceId instance, Reason reason) implements Step {}

    /** Take a draining instance back into service; always before anything is launched. */
    record CancelDrain(InstanceId instance, Reason reason) implements Step {}
}
