package dev.warmfront.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.cost.BillingRules;
import dev.warmfront.cost.BillingRules.Address;
import dev.warmfront.cost.BillingRules.Machine;
import dev.warmfront.cost.Bound;
import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.Circulation;
import dev.warmfront.cost.ClosedFormBound;
import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.cost.PriceBook;
import dev.warmfront.cost.Runs;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bound (b): equal to (a) where (a) is exact, and right by hand where it is not. */
final class CirculationTest {

    private static final BoundSolver SOLVER = new OrToolsSolver();

    @Test
    void equalsTheClosedFormOnAThousandRandomInstances() {
        int[] compared = {0};
        Seeds.check(2000, random -> {
            TierEconomics economics = Instances.economics(random, 8);
            Runs runs = Instances.runs(random, 14, 40, 12);
            if (economics.isConcave()) {
                compared[0]++;
                Bound closed = ClosedFormBound.of(runs, economics);
                assertThat(Circulation.of(runs, economics, SOLVER).spend()).isEqualTo(closed.spend());
            }
        });
        System.out.println("bound (a) = bound (b) on " + compared[0] + " random instances");
        if (Long.getLong("warmfront.seed") == null) {
            assertThat(compared[0]).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void isNeverAboveNestedPairingWhereThatIsNotOptimal() {
        int[] better = {0};
        Seeds.check(500, random -> {
            TierEconomics economics = Instances.economics(random, 8);
            Runs runs = Instances.runs(random, 14, 40, 12);
            if (economics.oscillates()) {
                return;
            }
            // A window that sees everything is the cost of the nested schedule.
            Money nested =
                    ClosedFormBound.window(runs, economics, Duration.ofDays(1)).spend();
            Money least = Circulation.of(runs, economics, SOLVER).spend();
            assertThat(least).isLessThanOrEqualTo(nested);
            better[0] += least.compareTo(nested) < 0 ? 1 : 0;
        });
        System.out.println("nested pairing was dearer than bound (b) in " + better[0] + " of 500 random instances");
    }

    @Test
    void crossedPairsWinWhereStandbyIsFreeToEnter() {
        // Stop 4 s and resume 6 s for nothing, hot 10 and standby 0 µ$/s: a gap of 10 s or more is free, a shorter one
        // costs 10 per second. Ends at 10 and 15, starts at 21 and 25: nested pairs are 15–21 (60) and 10–25 (0);
        // crossed they are 10–21 and 15–25, both free.
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(50), Duration.ofSeconds(6), Duration.ofSeconds(4));
        TierEconomics economics = new TierEconomics(
                new TierPrices(
                        Instances.rate(10),
                        Instances.rate(0),
                        Money.ZERO,
                        Money.ZERO,
                        Money.ZERO,
                        leads.launch(),
                        Duration.ZERO,
                        Duration.ZERO),
                leads);
        Runs runs = Instances.seconds(0, 10, 0, 15, 21, 9, 25, 5);

        assertThat(economics.isConcave()).isFalse();
        Bound bound = Circulation.clairvoyant(runs, economics, SOLVER);
        assertThat(bound.overhead()).isEqualTo(Instances.micro(2 * 500));
        assertThat(bound.launches()).isEqualTo(2);
        assertThat(bound.resumes()).isEqualTo(2);
        // 21 − 10 − 10 and 25 − 15 − 10 seconds are held.
        assertThat(bound.standby()).isEqualTo(Duration.ofSeconds(1));
        assertThat(ClosedFormBound.window(runs, economics, Duration.ofDays(1)).overhead())
                .isEqualTo(Instances.micro(2 * 500 + 60));
    }

    @Test
    void aStoppedEc2InstanceNeedsTheCirculation() {
        // Stopping is not billed there, so going to standby is cheaper than staying hot as long: not concave.
        ProviderId aws = new ProviderId("aws");
        ListedPrice listed =
                PriceBook.bundled().find(aws, "us-east-1", "m5.large").orElseThrow();
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(30));
        Machine machine = new Machine(listed.onDemand(), listed.capacity(), 20L << 30, Address.NONE);
        TierEconomics economics = new TierEconomics(
                BillingRules.of(aws)
                        .orElseThrow()
                        .tierPrices(machine, StandbyMode.STOPPED, leads, Duration.ofSeconds(5), Duration.ofMinutes(1)),
                leads);
        assertThat(economics.isConcave()).isFalse();

        Runs runs = Instances.runs(Seeds.generator(3), 4_000, 40_000, 120);
        Bound bound = Circulation.clairvoyant(runs, economics, SOLVER);
        Bound nested = ClosedFormBound.window(runs, economics, Duration.ofDays(1));
        assertThat(bound.overhead()).isGreaterThan(Money.ZERO).isLessThan(nested.overhead());
        System.out.printf(
                "bound (b) for stopped m5.large, %d tasks: overhead %s, nested pairing %s%n",
                runs.size(), bound.overhead(), nested.overhead());
    }

    @Test
    void refusesPricesAtWhichGoingToAndFroWouldPay() {
        // Standby 20 µ$/s, but two seconds each way for nothing.
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(50), Duration.ofSeconds(2), Duration.ofSeconds(2));
        TierEconomics economics = new TierEconomics(
                new TierPrices(
                        Instances.rate(10),
                        Instances.rate(20),
                        Money.ZERO,
                        Money.ZERO,
                        Money.ZERO,
                        leads.launch(),
                        Duration.ZERO,
                        Duration.ZERO),
                leads);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Circulation.of(Instances.seconds(0, 5, 15, 5), economics, SOLVER))
                .withMessageContaining("to and fro");
    }

    @Test
    void noTasksCostNothing() {
        RandomGenerator random = Seeds.generator(1);
        assertThat(Circulation.of(Runs.builder().build(), Instances.economics(random, 5), SOLVER)
                        .spend())
                .isEqualTo(Money.ZERO);
    }
}
