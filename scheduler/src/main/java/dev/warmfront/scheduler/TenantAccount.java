package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant was charged in a calendar month (UTC), and until when it was at work. A charge counts where its stretch
 * begins.
 *
 * @param spent the sum of its charges of the month
 * @param lastActive until when any task of its has been charged for running; null when none has
 */
public record TenantAccount(
        TenantId tenant,
        YearMonth month,
        Money spent,
        @Nullable Instant lastActive) {

    /** What one charge says of its tenant. */
    public static TenantAccount of(TenantId tenant, Charge charge) {
        return new TenantAccount(
                tenant,
                monthOf(charge.from()),
                charge.amount(),
                charge.kind() == ChargeKind.ACTIVE ? charge.to() : null);
    }

    /** Both together: the later month's sum, and whatever is the later activity. */
    public TenantAccount plus(TenantAccount other) {
        int byMonth = month.compareTo(other.month);
        return new TenantAccount(
                tenant,
                byMonth >= 0 ? month : other.month,
                byMonth == 0 ? spent.plus(other.spent) : byMonth > 0 ? spent : other.spent,
                lastActive == null || (other.lastActive != null && other.lastActive.isAfter(lastActive))
                        ? other.lastActive
                        : lastActive);
    }

    /** The month in which what begins then counts. */
    static YearMonth monthOf(Instant at) {
        return YearMonth.from(at.atOffset(ZoneOffset.UTC));
    }
}
