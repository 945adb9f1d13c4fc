package dev.warmfront.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.cost.BillingRules.Address;
import dev.warmfront.cost.BillingRules.Machine;
import dev.warmfront.cost.BillingRules.StandbyRule;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Billing rules, each figure worked by hand from the provider's published rule. */
final class BillingRulesTest {

    private static final BillingRules AWS =
            BillingRules.of(new ProviderId("aws")).orElseThrow();
    private static final BillingRules GCP =
            BillingRules.of(new ProviderId("gcp")).orElseThrow();
    private static final LeadTimes LEADS = new LeadTimes(seconds(60), seconds(20), seconds(30));

    /** 2 cores, 8 GiB, 20 GiB disk, 0.36 USD/h, which is 100,000 nano-dollars per second. */
    private static final Machine MACHINE =
            new Machine(usd("0.36"), Resources.of(2000, 8L << 30), 20L << 30, Address.NONE);

    @Test
    void aStartIsBilledForAMinuteAtLeastAndThenBySeconds() {
        assertThat(AWS.billed(Duration.ZERO)).isEqualTo(seconds(60));
        assertThat(AWS.billed(seconds(59))).isEqualTo(seconds(60));
        assertThat(AWS.billed(seconds(61))).isEqualTo(seconds(61));
        assertThat(AWS.billed(Duration.ofMillis(61_001))).isEqualTo(seconds(62));
    }

    @Test
    void hotIsTheMachineItsDiskAndItsAddress() {
        // 20 GiB at 0.08 USD/month is 20 × 109,589 nano-dollars per hour.
        assertThat(AWS.hotRate(MACHINE)).isEqualTo(new HourlyRate(360_000_000L + 2_191_780L));
        assertThat(AWS.hotRate(with(Address.EPHEMERAL)))
                .isEqualTo(new HourlyRate(360_000_000L + 2_191_780L + 5_000_000L));
    }

    @Test
    void stoppedIsTheDiskAndAReservedAddress() {
        assertThat(AWS.standbyRate(MACHINE, StandbyMode.STOPPED)).contains(new HourlyRate(2_191_780));
        assertThat(AWS.standbyRate(with(Address.EPHEMERAL), StandbyMode.STOPPED))
                .contains(new HourlyRate(2_191_780));
        assertThat(AWS.standbyRate(with(Address.RESERVED), StandbyMode.STOPPED))
                .contains(new HourlyRate(2_191_780 + 5_000_000));
    }

    @Test
    void hibernatedAndSuspendedAddTheMemoryImage() {
        assertThat(AWS.standbyRate(MACHINE, StandbyMode.HIBERNATED)).contains(new HourlyRate(28 * 109_589));
        // 20 GiB at 0.10 and 8 GiB at 0.17 USD/month.
        assertThat(GCP.standbyRate(MACHINE, StandbyMode.SUSPENDED))
                .contains(new HourlyRate(20 * 136_986 + 8 * 232_876));
        assertThat(AWS.standbyRate(MACHINE, StandbyMode.SUSPENDED)).isEmpty();
    }

    @Test
    void whatTheCloudDoesNotBillIsDropped() {
        TierPrices stopped = prices(AWS, StandbyMode.STOPPED, seconds(5), seconds(60));
        assertThat(stopped.billedLaunch()).isEqualTo(seconds(55));
        assertThat(stopped.billedResume()).isEqualTo(seconds(15));
        assertThat(stopped.billedStop()).isZero();
        // Hibernating is billed while it stops; so is every way out of running on Compute Engine.
        assertThat(prices(AWS, StandbyMode.HIBERNATED, seconds(5), seconds(60)).billedStop())
                .isEqualTo(seconds(30));
        assertThat(prices(GCP, StandbyMode.STOPPED, seconds(5), seconds(60)).billedStop())
                .isEqualTo(seconds(30));
        // A provider's clock that starts after the machine is ready bills nothing of the start.
        assertThat(prices(AWS, StandbyMode.STOPPED, seconds(25), seconds(60)).billedResume())
                .isZero();
    }

    @Test
    void theMinimumBillIsPartOfTheChargeOfAStart() {
        TierPrices prices = prices(AWS, StandbyMode.STOPPED, Duration.ZERO, seconds(0));
        // 60 s of billed boot are the minimum; 20 s of resume leave 40 s of compute.
        assertThat(prices.launchCharge()).isEqualTo(Money.ZERO);
        assertThat(prices.resumeCharge()).isEqualTo(Money.ofNanos(4_000_000));
        assertThat(prices(AWS, StandbyMode.STOPPED, Duration.ZERO, seconds(39)).resumeCharge())
                .isEqualTo(Money.ofNanos(100_000));
        assertThat(prices(AWS, StandbyMode.STOPPED, Duration.ZERO, seconds(60)).resumeCharge())
                .isEqualTo(Money.ZERO);
    }

    @Test
    void theDiskIsPaidEvenWhileTheMachineIsNot() {
        TierPrices prices = prices(AWS, StandbyMode.STOPPED, seconds(5), seconds(60));
        // 2,191,780 nano-dollars per hour: 5 s are 3,044.1 and 30 s are 18,264.8.
        assertThat(prices.launchCharge()).isEqualTo(Money.ofNanos(3_045));
        assertThat(prices.resumeCharge()).isEqualTo(Money.ofNanos(3_045));
        assertThat(prices.stopCharge()).isEqualTo(Money.ofNanos(18_265));
        for (BillingRules rules : List.of(AWS, GCP)) {
            for (StandbyMode mode : rules.standby().keySet()) {
                TierEconomics economics = new TierEconomics(prices(rules, mode, seconds(25), seconds(60)), LEADS);
                assertThat(economics.oscillates()).as(mode.name()).isFalse();
            }
        }
    }

    @Test
    void withoutStandbyThereIsNoStandbyPrice() {
        TierPrices prices = prices(AWS, null, Duration.ZERO, seconds(60));
        assertThat(prices.standby()).isNull();
        assertThat(new TierEconomics(prices, LEADS).hasStandby()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> prices(AWS, StandbyMode.SUSPENDED, Duration.ZERO, seconds(60)))
                .withMessageContaining("SUSPENDED");
    }

    @Test
    void ownHostsBillWhatIsHeld() {
        BillingRules own = BillingRules.ownHardware(usd("0.0001"), usd("0.002"));
        assertThat(own.billed(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
        assertThat(own.standbyRate(MACHINE, StandbyMode.STOPPED)).contains(usd("0.002"));
        assertThat(own.standbyRate(MACHINE, StandbyMode.SUSPENDED)).contains(usd("0.018"));
        assertThat(own.standbyRate(MACHINE, StandbyMode.HIBERNATED)).contains(usd("0.0028"));
    }

    @Test
    void aUsersBillOverridesAStandbyPrice() {
        BillingRules changed = GCP.withStandby(StandbyMode.SUSPENDED, new StandbyRule(usd("0.001"), false));
        assertThat(changed.standbyRate(MACHINE, StandbyMode.SUSPENDED))
                .contains(new HourlyRate(20 * 136_986 + 8 * 1_000_000));
        assertThat(prices(changed, StandbyMode.SUSPENDED, Duration.ZERO, seconds(60))
                        .billedStop())
                .isZero();
    }

    private static TierPrices prices(BillingRules rules, @Nullable StandbyMode mode, Duration unbilled, Duration hold) {
        return rules.tierPrices(MACHINE, mode, LEADS, unbilled, hold);
    }

    private static Machine with(Address address) {
        return new Machine(MACHINE.compute(), MACHINE.capacity(), MACHINE.diskBytes(), address);
    }

    private static HourlyRate usd(String dollarsPerHour) {
        return HourlyRate.ofDollars(new BigDecimal(dollarsPerHour));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
