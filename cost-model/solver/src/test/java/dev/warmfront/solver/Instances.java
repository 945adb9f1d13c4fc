package dev.warmfront.solver;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.Runs;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Random instances with whole seconds and micro-dollars. */
final class Instances {

    private Instances() {}

    /** A rate of so many micro-dollars per second. */
    static HourlyRate rate(long microDollarsPerSecond) {
        return new HourlyRate(microDollarsPerSecond * 3_600_000);
    }

    static Money micro(long microDollars) {
        return Money.ofNanos(microDollars * 1000);
    }

    /** Pairs of start and runtime in seconds. */
    static Runs seconds(long... startsAndRuntimes) {
        Runs.Builder runs = Runs.builder();
        for (int i = 0; i < startsAndRuntimes.length; i += 2) {
            runs.add(Duration.ofSeconds(startsAndRuntimes[i]), Duration.ofSeconds(startsAndRuntimes[i + 1]));
        }
        return runs.build();
    }

    /** Up to so many tasks, tasks without length among them. */
    static Runs runs(RandomGenerator random, int tasks, int horizon, int longest) {
        Runs.Builder runs = Runs.builder();
        for (int i = random.nextInt(tasks + 1); i > 0; i--) {
            runs.add(Duration.ofSeconds(random.nextInt(horizon)), Duration.ofSeconds(random.nextInt(longest)));
        }
        return runs.build();
    }

    /** Anything that prices allow: charges, unbilled transitions, no standby, standby dearer than hot. */
    static TierEconomics economics(RandomGenerator random, int longestLead) {
        LeadTimes leads = new LeadTimes(
                Duration.ofSeconds(random.nextInt(2 * longestLead)),
                Duration.ofSeconds(random.nextInt(longestLead)),
                Duration.ofSeconds(random.nextInt(longestLead)));
        TierPrices prices = new TierPrices(
                rate(1 + random.nextInt(10)),
                random.nextInt(6) == 0 ? null : rate(random.nextInt(5)),
                micro(random.nextInt(60)),
                micro(random.nextInt(8)),
                micro(random.nextInt(8)),
                part(random, leads.launch()),
                part(random, leads.resume()),
                part(random, leads.stop()));
        return new TierEconomics(prices, leads);
    }

    private static Duration part(RandomGenerator random, Duration whole) {
        return random.nextInt(4) > 0 ? whole : Duration.ofSeconds(random.nextLong(whole.toSeconds() + 1));
    }
}
