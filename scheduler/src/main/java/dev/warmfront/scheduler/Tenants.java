package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cell's tenants, and what each was charged. */
final class Tenants {

    /** A {@link TenantAccount} that changes in place: there is a charge for every task. */
    private static final class Account {
        private YearMonth month = YearMonth.of(1970, 1);
        private long nanos;
        private @Nullable Instant lastActive;
    }

    private final Map<TenantId, TenantProfile> profiles = new HashMap<>();
    private final Map<TenantId, Account> accounts = new HashMap<>();

    /** Those with settings of their own: few, so that the others cost nothing. */
    private final Set<TenantId> bounded = new HashSet<>();

    /** Of those that state one; another map whenever any changes. */
    private Map<TenantId, Objective> objectives = Map.of();

    /** The month that was asked for last, and where it ends: a calendar is slow. */
    private YearMonth month = YearMonth.of(1970, 1);

    private Instant monthBegins = Instant.MIN;
    private Instant monthEnds = Instant.MIN;

    void put(TenantProfile tenant) {
        profiles.put(tenant.id(), tenant);
        if (tenant.settings().equals(TenantSettings.NONE)) {
            bounded.remove(tenant.id());
        } else {
            bounded.add(tenant.id());
        }
        if (!objective(tenant.id()).equals(tenant.settings().objective())) {
            Map<TenantId, Objective> copy = new HashMap<>(objectives);
            copy.put(tenant.id(), tenant.settings().objective());
            copy.values().removeIf(Objective.NONE::equals);
            objectives = Map.copyOf(copy);
        }
    }

    void put(TenantAccount account) {
        Account own = new Account();
        own.month = account.month();
        own.nanos = account.spent().nanos();
        own.lastActive = account.lastActive();
        accounts.put(account.tenant(), own);
    }

    @Nullable TenantProfile get(TenantId id) {
        return profiles.get(id);
    }

    /** What those tenants want of waiting that state it. */
    Map<TenantId, Objective> objectives() {
        return objectives;
    }

    /** What a tenant wants of waiting. */
    Objective objective(TenantId tenant) {
        return objectives.getOrDefault(tenant, Objective.NONE);
    }

    /** Whether the tenant's tasks may ever run on machines of the offering. */
    boolean permits(TenantId tenant, Offering offering) {
        return limits(tenant).permits(offering);
    }

    /** Which machines the tenant's tasks may run on. */
    MachineLimits limits(TenantId tenant) {
        return bounded.contains(tenant) ? settings(tenant).machines() : MachineLimits.NONE;
    }

    /** Whether any tenant bounds what is held or spent for it. */
    boolean isAnyBounded() {
        return !bounded.isEmpty();
    }

    void charged(Charge charge) {
        TenantId tenant = charge.tenant();
        if (tenant == null) {
            return;
        }
        Account account = accounts.computeIfAbsent(tenant, id -> new Account());
        YearMonth counts = monthOf(charge.from());
        if (!counts.equals(account.month) && counts.isAfter(account.month)) {
            account.month = counts;
            account.nanos = 0;
        }
        if (counts.equals(account.month)) {
            account.nanos = Math.addExact(account.nanos, charge.amount().nanos());
        }
        Instant active = account.lastActive;
        if (charge.kind() == ChargeKind.ACTIVE && (active == null || charge.to().isAfter(active))) {
            account.lastActive = charge.to();
        }
    }

    /** What the tenant was charged in the month of that moment so far. */
    Money spent(TenantId tenant, Instant now) {
        Account account = accounts.get(tenant);
        return account != null && account.month.equals(monthOf(now)) ? Money.ofNanos(account.nanos) : Money.ZERO;
    }

    Allowance allowance(TenantId tenant, Instant now) {
        TenantProfile profile = bounded.contains(tenant) ? profiles.get(tenant) : null;
        return profile == null || profile.settings().monthlyBudget() == null
                ? Allowance.OPEN
                : Allowance.of(profile.settings().monthlyBudget(), spent(tenant, now));
    }

    /** Whether anything may be launched or woken for the tenant before its tasks ask. */
    boolean maySpeculate(TenantId tenant, Instant now) {
        if (!bounded.contains(tenant)) {
            return true;
        }
        if (allowance(tenant, now) != Allowance.OPEN) {
            return false;
        }
        Duration most = settings(tenant).maxRetention();
        Account account = accounts.get(tenant);
        Instant latest = account == null ? null : account.lastActive;
        return most == null || (latest != null && Duration.between(latest, now).compareTo(most) < 0);
    }

    /** Whether an idle machine held for the tenant's sake must be kept a while longer. */
    boolean mustKeep(TenantId tenant, Duration idle, Instant now) {
        return bounded.contains(tenant)
                && idle.compareTo(settings(tenant).minRetention()) < 0
                && allowance(tenant, now) != Allowance.SPENT;
    }

    /** Why an idle machine held for the tenant's sake must be given up; null where it need not. */
    @Nullable Reason mustGiveUp(TenantId tenant, Duration idle, Instant now) {
        if (!bounded.contains(tenant)) {
            return null;
        }
        if (allowance(tenant, now) == Allowance.SPENT) {
            return new Reason("budget-spent", "the monthly budget of the tenant that it is held for is spent");
        }
        Duration most = settings(tenant).maxRetention();
        return most == null || idle.compareTo(most) < 0
                ? null
                : new Reason(
                        "retention-over",
                        "idle for %d s; its tenant has machines kept for %d s at most"
                                .formatted(idle.toSeconds(), most.toSeconds()));
    }

    private TenantSettings settings(TenantId tenant) {
        TenantProfile profile = profiles.get(tenant);
        return profile == null ? TenantSettings.NONE : profile.settings();
    }

    private YearMonth monthOf(Instant at) {
        if (at.isBefore(monthBegins) || !at.isBefore(monthEnds)) {
            month = TenantAccount.monthOf(at);
            monthBegins = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
            monthEnds = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return month;
    }
}
