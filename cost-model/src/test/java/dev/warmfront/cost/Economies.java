package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Economics for tests in friendly units: one micro-dollar per second and whole seconds. */
final class Economies {

    private static final long MICRO_DOLLAR_PER_SECOND = 3_600_000;

    private Economies() {}

    /** A rate of so many micro-dollars per second. */
    static HourlyRate rate(long microDollarsPerSecond) {
        return new HourlyRate(microDollarsPerSecond * MICRO_DOLLAR_PER_SECOND);
    }

    /** So many micro-dollars. */
    static Money micro(long microDollars) {
        return Money.ofNanos(microDollars * 1000);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static LeadTimes leads(long launch, long resume, long stop) {
        return new LeadTimes(seconds(launch), seconds(resume), seconds(stop));
    }

    /** All transitions billed, no charges. Standby null for none. */
    static TierEconomics billed(long hot, @Nullable Long standby, LeadTimes leads) {
        return new TierEconomics(TierPrices.allBilled(rate(hot), standby == null ? null : rate(standby), leads), leads);
    }

    /** Small numbers in which everything may happen: free transitions, charges, no standby, dear standby. */
    static TierEconomics random(RandomGenerator random, int maxLead) {
        LeadTimes leads = leads(random.nextInt(maxLead + 1), random.nextInt(maxLead + 1), random.nextInt(maxLead + 1));
        TierPrices prices = new TierPrices(
                rate(1 + random.nextInt(10)),
                random.nextInt(5) == 0 ? null : rate(random.nextInt(11)),
                micro(random.nextInt(30)),
                micro(random.nextInt(8)),
                micro(random.nextInt(8)),
                part(random, leads.launch()),
                part(random, leads.resume()),
                part(random, leads.stop()));
        return new TierEconomics(prices, leads);
    }

    private static Duration part(RandomGenerator random, Duration whole) {
        return random.nextInt(3) > 0 ? whole : seconds(random.nextLong(whole.toSeconds() + 1));
    }
}
