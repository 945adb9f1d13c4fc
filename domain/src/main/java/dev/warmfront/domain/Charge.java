package dev.warmfront.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A realised cost: what one stretch of one instance cost, for whom and why. For each instance the charges tile its
 * billed time without gap or overlap and sum to its cost, to the nano-dollar.
 *
 * @param tenant who pays, or null when nobody caused it (unattributed: the operator pays)
 * @param instance the machine
 * @param kind what it was for
 * @param amount what it cost
 * @param from start of the stretch
 * @param to end of the stretch, exclusive
 * @param cause the task that used the machine, or for whose sake it was held or launched; null when there is none
 */
public record Charge(
        @Nullable TenantId tenant,
        InstanceId instance,
        ChargeKind kind,
        Money amount,
        Instant from,
        Instant to,
        @Nullable TaskId cause) {

    public Charge {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("a charge ends before it begins: %s – %s".formatted(from, to));
        }
        if (amount.nanos() < 0) {
            throw new IllegalArgumentException("a charge is negative: " + amount);
        }
    }
}
