package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cell's tenants: what is known of each, what it was charged, and what that allows. */
final class Tenants {

    /** Of every tenant that is known or was. */
    private final IdTable<TenantEntry> entries = new IdTable<>();

    /** How many have settings of their own. */
    private int bounded;

    /** Of those that state one; another map whenever any changes. */
    private Map<TenantId, Objective> objectives = Map.of();

    /** The month that was asked for last, and where it ends: a calendar is slow. */
    private YearMonth month = YearMonth.of(1970, 1);

    private Instant monthBegins = Instant.MIN;
    private Instant monthEnds = Instant.MIN;

    void put(TenantProfile tenant) {
        TenantEntry entry = of(tenant.id());
        bounded -= entry.isBounded() ? 1 : 0;
        entry.profile(tenant);
        bounded += entry.isBounded() ? 1 : 0;
        if (!objective(tenant.id()).equals(tenant.settings().objective())) {
            Map<TenantId, Objective> copy = new HashMap<>(objectives);
            copy.put(tenant.id(), tenant.settings().objective());
            copy.values().removeIf(Objective.NONE::equals);
            objectives = Map.copyOf(copy);
        }
    }

    void put(TenantAccount account) {
        of(account.tenant()).put(account);
    }

    /** The tenant's entry, made if need be; the same while the state lives. */
    TenantEntry of(TenantId id) {
        TenantEntry known = entries.get(id);
        if (known != null) {
            return known;
        }
        TenantEntry entry = new TenantEntry(id);
        entries.add(entry);
        return entry;
    }

    /** Null where nothing has to do with such a tenant. */
    @Nullable TenantEntry entry(TenantId id) {
        return entries.get(id);
    }

    @Nullable TenantProfile get(TenantId id) {
        TenantEntry entry = entries.get(id);
        return entry == null ? null : entry.profile();
    }

    /** What the tenant's live attempts hold. */
    Resources usage(TenantId id) {
        TenantEntry entry = entries.get(id);
        return entry == null ? Resources.NONE : entry.used();
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
        TenantEntry entry = bounded(tenant);
        return entry == null ? MachineLimits.NONE : entry.settings().machines();
    }

    /** The tenant, where it has settings of its own. */
    private @Nullable TenantEntry bounded(TenantId tenant) {
        TenantEntry entry = bounded == 0 ? null : entries.get(tenant);
        return entry == null || !entry.isBounded() ? null : entry;
    }

    /** Whether any tenant bounds what is held or spent for it. */
    boolean isAnyBounded() {
        return bounded > 0;
    }

    void charged(Charge charge) {
        TenantId tenant = charge.tenant();
        if (tenant != null) {
            of(tenant).charged(charge, monthOf(charge.from()));
        }
    }

    /** What the tenant was charged in the month of that moment so far. */
    Money spent(TenantId tenant, Instant now) {
        TenantEntry entry = entries.get(tenant);
        return entry == null ? Money.ZERO : entry.spent(monthOf(now));
    }

    Allowance allowance(TenantId tenant, Instant now) {
        TenantEntry entry = bounded(tenant);
        return entry == null ? Allowance.OPEN : allowance(entry, now);
    }

    Allowance allowance(TenantEntry tenant, Instant now) {
        Money budget = tenant.isBounded() ? tenant.settings().monthlyBudget() : null;
        return budget == null ? Allowance.OPEN : Allowance.of(budget, tenant.spent(monthOf(now)));
    }

    /** Whether anything may be launched or woken for the tenant before its tasks ask. */
    boolean maySpeculate(TenantId tenant, Instant now) {
        TenantEntry entry = bounded(tenant);
        if (entry == null) {
            return true;
        }
        if (allowance(entry, now) != Allowance.OPEN) {
            return false;
        }
        Duration most = entry.settings().maxRetention();
        Instant latest = entry.lastActive();
        return most == null || (latest != null && Duration.between(latest, now).compareTo(most) < 0);
    }

    /** Whether an idle machine held for the tenant's sake must be kept a while longer. */
    boolean mustKeep(TenantId tenant, Duration idle, Instant now) {
        TenantEntry entry = bounded(tenant);
        return entry != null
                && idle.compareTo(entry.settings().minRetention()) < 0
                && allowance(entry, now) != Allowance.SPENT;
    }

    /** Why an idle machine held for the tenant's sake must be given up; null where it need not. */
    @Nullable Reason mustGiveUp(TenantId tenant, Duration idle, Instant now) {
        TenantEntry entry = bounded(tenant);
        if (entry == null) {
            return null;
        }
        if (allowance(entry, now) == Allowance.SPENT) {
            return new Reason("budget-spent", "the monthly budget of the tenant that it is held for is spent");
        }
        Duration most = entry.settings().maxRetention();
        return most == null || idle.compareTo(most) < 0
                ? null
                : new Reason(
                        "retention-over",
                        "idle for %d s; its tenant has machines kept for %d s at most"
                                .formatted(idle.toSeconds(), most.toSeconds()));
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
