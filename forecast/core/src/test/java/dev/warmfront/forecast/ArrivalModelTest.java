package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.TenantId;
import dev.warmfront.testing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ArrivalModelTest {

    private static final List<SeriesShape> RUNGS = ArrivalModel.standardRungs(slotSeconds -> StandardExperts.all());
    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final SeriesKey ACME = SeriesKey.of("pool", new TenantId("acme"), "render");

    @Test
    void sumsAreCountedAlong() {
        ArrivalModel model = new ArrivalModel(RUNGS, 100);
        SeriesKey other = SeriesKey.of("pool", new TenantId("acme"), "encode");
        SeriesKey foreign = SeriesKey.of("pool", new TenantId("zeta"), "render");
        for (int second = 0; second < 1200; second += 10) {
            model.arrived(ACME, 1, START.plusSeconds(second));
            model.arrived(other, 2, START.plusSeconds(second));
            model.arrived(foreign, 3, START.plusSeconds(second));
        }
        model.advance(START.plusSeconds(1200));

        assertThat(median(model, ACME)).isEqualTo(1);
        assertThat(median(model, ACME.parent())).isEqualTo(3);
        assertThat(median(model, ACME.parent().parent())).isEqualTo(6);
        assertThat(model.keys()).hasSize(6);
    }

    private static double median(ArrivalModel model, SeriesKey key) {
        return Math.rint(model.forecast(key, Duration.ofSeconds(10)).at(0.5));
    }

    @Test
    void aKeyNeverSeenIsForecastAsNothing() {
        ArrivalModel model = new ArrivalModel(RUNGS, 100);

        QuantileForecast forecast = model.forecast(ACME, Duration.ofHours(3));

        assertThat(forecast.at(0.99)).isZero();
        assertThat(forecast.mean()).isZero();
        assertThat(forecast.lead()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void theNearestResolutionAnswers() {
        ArrivalModel model = new ArrivalModel(RUNGS, 100);

        assertThat(model.forecast(ACME, Duration.ofSeconds(10)).slot()).isEqualTo(Duration.ofSeconds(10));
        assertThat(model.forecast(ACME, Duration.ofMinutes(5)).slot()).isEqualTo(Duration.ofMinutes(5));
        assertThat(model.forecast(ACME, Duration.ofHours(24)).slot()).isEqualTo(Duration.ofHours(1));
        assertThat(model.forecast(ACME, Duration.ofDays(9)).lead()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void aClockThatStepsBackLosesNoForecast() {
        ArrivalModel model = new ArrivalModel(RUNGS, 100);
        model.arrived(ACME, 5, START.plusSeconds(1000));
        model.arrived(ACME, 5, START);
        model.advance(START.plusSeconds(10));
        model.advance(START.plusSeconds(1020));

        assertThat(model.late()).isPositive();
        assertThat(model.forecast(ACME, Duration.ofSeconds(10)).at(0.9)).isBetween(0.0, 1e3);
    }

    @Test
    void theLongestSilentMakeRoomAndSumsStay() {
        ArrivalModel model = new ArrivalModel(List.of(RUNGS.getFirst()), 10);
        for (int i = 0; i < 40; i++) {
            model.arrived(SeriesKey.of("pool", new TenantId("acme"), "type-" + i), 1, START.plusSeconds(i * 10L));
        }

        assertThat(model.keys())
                .hasSize(10)
                .contains(ACME.parent(), ACME.parent().parent())
                .contains(SeriesKey.of("pool", new TenantId("acme"), "type-39"))
                .doesNotContain(SeriesKey.of("pool", new TenantId("acme"), "type-0"));
    }

    @Test
    void savedAndReadBackItGoesOnTheSame() throws IOException {
        RandomGenerator random = Seeds.generator(4);
        ArrivalModel model = new ArrivalModel(RUNGS, 100);
        for (int second = 0; second < 7200; second += 1 + random.nextInt(30)) {
            model.arrived(ACME, 1, START.plusSeconds(second));
        }
        byte[] saved = saved(model);
        ArrivalModel copy = ArrivalModel.read(RUNGS, 100, new DataInputStream(new ByteArrayInputStream(saved)));

        for (ArrivalModel one : List.of(model, copy)) {
            one.arrived(ACME, 2, START.plusSeconds(7300));
            one.advance(START.plusSeconds(8000));
        }

        assertThat(saved(copy)).isEqualTo(saved(model));
        assertThat(copy.forecast(ACME, Duration.ofMinutes(5)).quantiles())
                .containsExactly(model.forecast(ACME, Duration.ofMinutes(5)).quantiles());
    }

    private static byte[] saved(ArrivalModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void damagedAndForeignStatesAreRefused() throws IOException {
        ArrivalModel model = new ArrivalModel(RUNGS, 100);
        model.arrived(ACME, 1, START);
        byte[] saved = saved(model);

        List<SeriesShape> others = List.of(new SeriesShape(60, List.of(1), StandardExperts.all()));
        assertThatThrownBy(() -> ArrivalModel.read(others, 100, new DataInputStream(new ByteArrayInputStream(saved))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ArrivalModel.read(
                        RUNGS, 100, new DataInputStream(new ByteArrayInputStream(saved, 0, saved.length / 2))))
                .isInstanceOf(IOException.class);
    }
}
