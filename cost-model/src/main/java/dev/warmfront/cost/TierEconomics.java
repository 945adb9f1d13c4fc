package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.util.Optional;

/**
 * What it costs to be ready: the closed forms of policy.md §1, §2a and §5 for one offering. Comparisons are exact; amounts
 * are rounded down to a nano-dollar when they leave.
 *
 * @param prices what each tier and transition costs
 * @param leads how long transitions take; no transition is billed for longer than it takes
 */
public record TierEconomics(TierPrices prices, LeadTimes leads) {

    /** Stands for "never pays": longer than any gap. */
    public static final Duration FOREVER = Duration.ofDays(36_500);

    /**
     * The cheapest way through a gap.
     *
     * @param tier HOT = stays hot, STANDBY = goes to standby and back, COLD = ends and is launched anew
     * @param cost what it costs; for COLD the whole launch
     */
    public record Gap(Tier tier, Money cost) {}

    public TierEconomics {
        within("launch", prices.billedLaunch(), leads.launch());
        within("resume", prices.billedResume(), leads.resume());
        within("stop", prices.billedStop(), leads.stop());
    }

    /** Whether the offering has a standby tier at all. */
    public boolean hasStandby() {
        return prices.standby() != null;
    }

    /** K_O = k_O + c_H·L_O, the whole cost of a cold launch; only what the provider bills of L_O counts. */
    public Money launchCost() {
        return launchExact().toMoney();
    }

    /** A = k_h + k_r + c_H·(L_h + L_S), the whole cost of going to standby and back, billed parts only. */
    public Money standbyCost() {
        return standbyExact().toMoney();
    }

    /**
     * φ(g) = min{ c_H·g ; A + c_S·(g − L_h − L_S) if g ≥ L_h + L_S ; K_O }, the least that a gap between two uses of one
     * instance costs (policy.md §2a). Among equals the warmer tier.
     *
     * @param gap g ≥ 0
     */
    public Gap gap(Duration gap) {
        long nanoseconds = gap.toNanos();
        if (nanoseconds < 0) {
            throw new IllegalArgumentException("a gap is negative: " + gap);
        }
        Tier tier = GapRule.planned(this).choose(nanoseconds);
        Exact cost =
                switch (tier) {
                    case HOT -> Exact.of(prices.hot(), nanoseconds);
                    case STANDBY ->
                        standbyExact()
                                .plus(Exact.of(
                                        standbyRate(),
                                        nanoseconds - leads.roundTrip().toNanos()));
                    case COLD -> launchExact();
                };
        return new Gap(tier, cost.toMoney());
    }

    /**
     * Whether φ is concave, so that nested pairing is optimal and the closed form exact.
     *
     * <p>Policy.md §2a asks for A ≥ c_H·(L_h + L_S), that is, transitions billed. The domain condition g ≥ L_h + L_S is what
     * can break concavity: without it φ is a minimum of increasing affine functions and concave. Let L = L_h + L_S. If
     * A ≥ min(c_H·L, K_O) the condition never binds: if A ≥ c_H·L, the standby line starts at or above c_H·g at L; with
     * c_S ≤ c_H it lies above c_H·g everywhere before, and with c_S > c_H everywhere after, where it may be struck. If
     * A ≥ K_O, standby never wins. If A < min(c_H·L, K_O), φ drops by the difference at L, which no concave
     * function does. So A ≥ min(c_H·L, K_O) is necessary and sufficient.
     */
    public boolean isConcave() {
        if (!hasStandby()) {
            return true;
        }
        Exact held = Exact.of(prices.hot(), leads.roundTrip().toNanos());
        return standbyExact().compareTo(held) >= 0 || standbyExact().compareTo(launchExact()) >= 0;
    }

    /**
     * Whether being on the way to standby and back is cheaper than being in either, and cheaper than a launch: A <
     * min(c_S·L, c_H·L, K_O) with L = L_h + L_S. Then an idle instance would save by stopping and resuming without end, and
     * a gap has no cheapest way of one trip. Prices of {@link BillingRules} never do; where φ is concave none do.
     */
    public boolean oscillates() {
        if (!hasStandby()) {
            return false;
        }
        HourlyRate cheaper = standbyRate().compareTo(prices.hot()) < 0 ? standbyRate() : prices.hot();
        Exact there = Exact.of(cheaper, leads.roundTrip().toNanos());
        return standbyExact().compareTo(there) < 0 && standbyExact().compareTo(launchExact()) < 0;
    }

    /**
     * b₁ = (A + w·L_S)/(c_H − c_S), the idle time after which having gone to standby would have been cheaper (policy.md
     * §5).
     *
     * @param waitPrice w, what a waiting task costs per hour; {@link HourlyRate#FREE} for spend alone
     * @return empty without standby, or where standby is no cheaper to hold than hot
     */
    public Optional<Duration> standbyBreakEven(HourlyRate waitPrice) {
        if (!hasStandby() || standbyRate().compareTo(prices.hot()) >= 0) {
            return Optional.empty();
        }
        return Optional.of(standbyExact()
                .plus(Exact.of(waitPrice, leads.resume().toNanos()))
                .heldAt(prices.hot().nanosPerHour() - standbyRate().nanosPerHour()));
    }

    /**
     * b₂ = (K_O + w·L_O − A − w·L_S)/c_S, the time in standby after which having ended the instance would have been cheaper
     * (policy.md §5). Zero when a launch is no dearer than a resume; {@link #FOREVER} when standby is free.
     *
     * @return empty without standby
     */
    public Optional<Duration> endBreakEven(HourlyRate waitPrice) {
        if (!hasStandby()) {
            return Optional.empty();
        }
        Exact saved = launchExact()
                .plus(Exact.of(waitPrice, leads.launch().toNanos()))
                .minus(standbyExact())
                .minus(Exact.of(waitPrice, leads.resume().toNanos()));
        return Optional.of(
                saved.compareTo(Exact.ZERO) <= 0
                        ? Duration.ZERO
                        : saved.heldAt(standbyRate().nanosPerHour()));
    }

    /**
     * b = (K_O + w·L_O)/c_H, the idle time after which a launch on arrival would have been cheaper: the break-even of two
     * tiers (policy.md §2d).
     */
    public Duration launchBreakEven(HourlyRate waitPrice) {
        return launchExact()
                .plus(Exact.of(waitPrice, leads.launch().toNanos()))
                .heldAt(prices.hot().nanosPerHour());
    }

    Exact launchExact() {
        return Exact.of(prices.launchCharge())
                .plus(Exact.of(prices.hot(), prices.billedLaunch().toNanos()));
    }

    Exact standbyExact() {
        return Exact.of(prices.stopCharge().plus(prices.resumeCharge()))
                .plus(Exact.of(
                        prices.hot(),
                        prices.billedStop().plus(prices.billedResume()).toNanos()));
    }

    HourlyRate standbyRate() {
        HourlyRate rate = prices.standby();
        if (rate == null) {
            throw new IllegalStateException("the offering has no standby");
        }
        return rate;
    }

    private static void within(String what, Duration billed, Duration taken) {
        if (billed.compareTo(taken) > 0) {
            throw new IllegalArgumentException("a %s of %s cannot be billed for %s".formatted(what, taken, billed));
        }
    }
}
