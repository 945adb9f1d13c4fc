package dev.warmfront.scheduler;

import dev.warmfront.domain.Money;
import org.jspecify.annotations.Nullable;

/** What a tenant's monthly budget still allows (I7: speculation stops first, then everything new). */
public enum Allowance {
    /** Everything. */
    OPEN,

    /** Tasks run; nothing is launched or woken ahead of them any more. */
    NO_SPECULATION,

    /** What runs runs to its end. Nothing is launched, begun or held. */
    SPENT;

    /** From this share of the budget on nothing is spent ahead of tasks; the rest is for those that come. */
    public static final double SPECULATIVE_SHARE = 0.9;

    /**
     * What is allowed.
     *
     * @param budget of the month, or null without one
     * @param spent in the month so far
     */
    public static Allowance of(@Nullable Money budget, Money spent) {
        if (budget == null) {
            return OPEN;
        }
        if (spent.compareTo(budget) >= 0) {
            return SPENT;
        }
        return spent.nanos() >= budget.nanos() * SPECULATIVE_SHARE ? NO_SPECULATION : OPEN;
    }
}
