package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants: minimise spend + Σ w·wait (policy.md §1), under a target for the waits and a budget if it states them.
 *
 * @param waitPrice w, what one task's waiting is worth, per hour; {@link HourlyRate#FREE} when only the target counts
 * @param target a bound on a percentile of the waits, or null
 * @param monthlyBudget what may be spent in a calendar month, or null for no limit
 */
public record Objective(
        HourlyRate waitPrice,
        @Nullable WaitTarget target,
        @Nullable Money monthlyBudget) {

    /**
     * At most a share of the tasks waits longer than a limit.
     *
     * @param exceedingPpm the share that may, in millionths: 50,000 for p95; 0–1,000,000
     * @param limit the wait that the rest keeps to, ≥ 0
     */
    public record WaitTarget(int exceedingPpm, Duration limit) {

        private static final int WHOLE = 1_000_000;

        public WaitTarget {
            if (exceedingPpm < 0 || exceedingPpm > WHOLE) {
                throw new IllegalArgumentException("a share must be 0 to 1,000,000 ppm, not " + exceedingPpm);
            }
            if (limit.isNegative()) {
                throw new IllegalArgumentException("a limit of waiting is negative: " + limit);
            }
        }

        /** The 95th percentile of the waits is at most this. */
        public static WaitTarget p95(Duration limit) {
            return new WaitTarget(50_000, limit);
        }

        /** How many of so many tasks may exceed the limit: ε·N rounded down. */
        public long allowedToExceed(long tasks) {
            return BigInteger.valueOf(tasks)
                    .multiply(BigInteger.valueOf(exceedingPpm))
                    .divide(BigInteger.valueOf(WHOLE))
                    .longValueExact();
        }
    }

    public Objective {
        if (monthlyBudget != null && monthlyBudget.nanos() < 0) {
            throw new IllegalArgumentException("a budget is negative: " + monthlyBudget);
        }
    }

    /** Spend alone counts: nothing is paid for waiting, nothing is promised. */
    public static Objective spendOnly() {
        return new Objective(HourlyRate.FREE, null, null);
    }

    /** Spend and nothing but a price of waiting. */
    public static Objective of(HourlyRate waitPrice) {
        return new Objective(waitPrice, null, null);
    }

    /**
     * The objective's value: spend + w·wait.
     *
     * @param totalWait the waits of all tasks together
     */
    public Money value(Money spend, Duration totalWait) {
        return spend.plus(waitPrice.costOf(totalWait));
    }
}
