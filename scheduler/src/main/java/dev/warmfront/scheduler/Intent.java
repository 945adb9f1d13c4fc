package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A provider call that the cell has decided on. It is committed before the call is made and carries the token that makes
 * the call repeatable; without an outcome it is dispatched again after a crash.
 *
 * @param token idempotency token of the call
 * @param kind which call
 * @param instance on which instance
 * @param provider of which provider
 * @param ref the provider's name for the instance; null for a launch, and where the launch's answer never came
 * @param standbyMode for {@link Kind#STOP}, else null
 * @param speculative whether no queued task waits for it: real ones go first when calls are rationed
 * @param issuedAt when it was decided
 * @param outcome how it ended; null while it is open
 */
public record Intent(
        IntentToken token,
        Kind kind,
        InstanceId instance,
        ProviderId provider,
        @Nullable String ref,
        @Nullable StandbyMode standbyMode,
        boolean speculative,
        Instant issuedAt,
        @Nullable ProviderOutcome outcome) {

    /** Which call. */
    public enum Kind {
        LAUNCH,
        START,
        STOP,
        TERMINATE
    }
}
