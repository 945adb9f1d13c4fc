package dev.warmfront.leadtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.LeadQuantiles.Phase;
import dev.warmfront.scheduler.LeadQuantiles.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeadTimeBookTest {

    private static final Instant START = Instant.parse("2026-03-01T06:00:00Z");
    private static final InstanceId ONE = new InstanceId("i-1");

    private final LeadTimeBook book = new LeadTimeBook();
    private final Passages passages = new Passages(book::add);

    private static Offering offering(String provider, String type) {
        return Offering.hotOnly(
                new Placement(new ProviderId(provider), "r", "z"),
                new MachineType(type, Resources.of(1000, 1 << 30)),
                PurchaseModel.ON_DEMAND,
                HourlyRate.FREE);
    }

    private static final Offering SMALL = offering("near", "small");

    private void moved(InstanceTrigger trigger, double second) {
        passages.moved(ONE, SMALL.id(), trigger, StandbyMode.HIBERNATED, at(second));
    }

    private static Instant at(double second) {
        return START.plusMillis(Math.round(second * 1000));
    }

    private double median(Offering offering, Way way, Phase phase) {
        return book.quantile(offering, way, phase, 0.5).orElseThrow().toMillis() / 1e3;
    }

    @Test
    void tellsThePhasesOfEachWayApart() {
        moved(InstanceTrigger.REQUESTED, 0);
        moved(InstanceTrigger.LAUNCH_ACCEPTED, 0.8);
        moved(InstanceTrigger.AGENT_REGISTERED, 7);
        moved(InstanceTrigger.WARMED, 7.2);
        moved(InstanceTrigger.ASSIGNED, 7.3);
        moved(InstanceTrigger.IDLED, 9);
        moved(InstanceTrigger.STOP_DECIDED, 20);
        moved(InstanceTrigger.STOPPED, 22);
        moved(InstanceTrigger.START_DECIDED, 100);
        passages.accepted(ONE, at(100.5));
        moved(InstanceTrigger.AGENT_REGISTERED, 101.2);
        moved(InstanceTrigger.WARMED, 101.4);
        assertThat(median(SMALL, Way.LAUNCH, Phase.ACCEPTED)).isEqualTo(0.8, within(0.01));
        assertThat(median(SMALL, Way.LAUNCH, Phase.AGENT)).isEqualTo(7, within(0.01));
        assertThat(median(SMALL, Way.LAUNCH, Phase.READY)).isEqualTo(7.2, within(0.01));
        assertThat(median(SMALL, Way.HIBERNATE, Phase.READY)).isEqualTo(2, within(0.01));
        assertThat(median(SMALL, Way.WAKE_HIBERNATED, Phase.ACCEPTED)).isEqualTo(0.5, within(0.01));
        assertThat(median(SMALL, Way.WAKE_HIBERNATED, Phase.READY)).isEqualTo(1.4, within(0.01));
        assertThat(book.quantile(SMALL, Way.WAKE_STOPPED, Phase.READY, 0.5)).isEmpty();
    }

    @Test
    void learnsNothingOfWhatDoesNotArrive() {
        moved(InstanceTrigger.REQUESTED, 0);
        moved(InstanceTrigger.LAUNCH_REFUSED, 1);
        moved(InstanceTrigger.REQUESTED, 2);
        moved(InstanceTrigger.LOST, 900);
        moved(InstanceTrigger.WARMED, 901);
        // It was hot and loads another environment.
        moved(InstanceTrigger.SPECIALISED, 1000);
        moved(InstanceTrigger.WARMED, 1010);
        assertThat(book.of("near")).isEmpty();
    }

    @Test
    void goesByTheProvidersOtherOfferingsWhereNothingWasSeen() {
        book.add(SMALL.id(), Way.LAUNCH, Phase.READY, Duration.ofSeconds(30));
        assertThat(median(offering("near", "large"), Way.LAUNCH, Phase.READY)).isEqualTo(30, within(0.01));
        assertThat(book.quantile(offering("far", "small"), Way.LAUNCH, Phase.READY, 0.5))
                .isEmpty();
        assertThat(book.of("near")).singleElement().satisfies(known -> assertThat(known.seen())
                .isEqualTo(1));
        assertThat(book.of("nea")).isEmpty();
    }

    @Test
    void isWideAtFirstAndComesToTheTrueQuantiles() {
        LogNormal law = new LogNormal();
        law.observe(10);
        assertThat(law.quantile(0.9)).isBetween(13.0, 40.0);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            law.observe(Math.exp(Math.log(60) + 0.4 * random.nextGaussian()));
        }
        assertThat(law.quantile(0.5)).isBetween(52.0, 69.0);
        assertThat(law.quantile(0.9)).isBetween(82.0, 122.0);
        assertThat(law.seen()).isEqualTo(301);
    }

    @Test
    void noticesThatAProviderHasBecomeSlower() {
        LogNormal law = new LogNormal();
        for (int i = 0; i < 500; i++) {
            law.observe(10);
        }
        for (int i = 0; i < 150; i++) {
            law.observe(40);
        }
        assertThat(law.quantile(0.5)).isBetween(30.0, 41.0);
    }
}
