package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.Resources;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.ResourceKind;
import dev.warmfront.forecast.RuntimeModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceCurveTest {

    private static final long MIB = 1 << 20;

    private static List<CurveModel.Rung> climb(double... amounts) {
        List<CurveModel.Rung> rungs = new java.util.ArrayList<>();
        for (double amount : amounts) {
            rungs.add(new CurveModel.Rung(amount, 10 * rungs.size(), 1 - 0.2 * rungs.size()));
        }
        return rungs;
    }

    private static Lifetime aMinute() {
        RuntimeModel runtime = new RuntimeModel();
        for (int i = 0; i < 40; i++) {
            runtime.learn(-1, 60);
        }
        return runtime.lifetime(-1, Lifetime.unknown());
    }

    @Test
    void aSixteenthIsGivenBeyondWhatIsExpected() {
        ResourceCurve curve = ResourceCurve.learned(climb(160), climb(160 * MIB, 320 * MIB), aMinute())
                .orElseThrow();

        assertThat(curve.cpu()).containsExactly(Curves.rung(170, 0, 1000));
        assertThat(curve.memory()).containsExactly(Curves.rung(170 * MIB, 0, 1000), Curves.rung(340 * MIB, 10, 800));
        assertThat(ResourceCurve.comfortable(170 * MIB)).isEqualTo(160 * MIB);
        assertThat(curve.length()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(70));
        assertThat(curve.latest()).isGreaterThanOrEqualTo(curve.length());
    }

    @Test
    void rungsThatAreHardlyApartAreOne() {
        ResourceCurve curve = ResourceCurve.learned(climb(1, 2, 3), climb(160 * MIB, 160.5 * MIB, 320 * MIB), aMinute())
                .orElseThrow();

        assertThat(curve.cpu()).as("less than can be measured").containsExactly(Curves.rung(10, 0, 1000));
        assertThat(curve.memory()).hasSize(2);
        assertThat(curve.memory().getFirst().amount()).isEqualTo(Math.round(160.5 * MIB * 17 / 16));
    }

    @Test
    void nothingIsKnownOfWhatHasNotBeenJudged() {
        CurveModel few = new CurveModel(ResourceKind.MEMORY_BYTES, 0.05);
        double[] times = {0, 30};
        for (int i = 1; i <= 12; i++) {
            assertThat(few.climb(-1)).as("%d runs", i - 1).isEmpty();
            few.learn(times, new double[] {100, i == 5 ? 400 : 100}, 60, -1);
        }
        List<CurveModel.Rung> climb = few.climb(-1);

        assertThat(climb).hasSize(2);
        assertThat(climb.getFirst().share()).isEqualTo(1);
        assertThat(climb.getLast().share()).as("one of twelve, and Laplace").isEqualTo(2 / 14.0);
        assertThat(climb.getLast().afterSeconds()).isBetween(28.0, 30.0);
        assertThat(ResourceCurve.learned(List.of(), climb, aMinute())).isEmpty();
    }

    @Test
    void neverMoreThanTheRequestAndAtLastAllOfIt() {
        ResourceCurve curve = Curves.memory(100, 400, 30, 200);

        assertThat(curve.within(Resources.of(250, 1024 * MIB)).memory())
                .containsExactly(
                        Curves.rung(100 * MIB, 0, 1000),
                        Curves.rung(400 * MIB, 30, 200),
                        Curves.rung(1024 * MIB, 0, ResourceCurve.BEYOND));
        assertThat(curve.within(Resources.of(100, 300 * MIB)).memory())
                .containsExactly(Curves.rung(100 * MIB, 0, 1000), Curves.rung(300 * MIB, 30, 200));
        assertThat(curve.within(Resources.of(100, 50 * MIB)).memory()).containsExactly(Curves.rung(50 * MIB, 0, 1000));
    }

    @Test
    void amountsRiseAndBecomeLessLikely() {
        List<ResourceCurve.Rung> falls = List.of(Curves.rung(2, 0, 1000), Curves.rung(1, 0, 500));
        List<ResourceCurve.Rung> flat = List.of(Curves.rung(1, 0, 1000));

        assertThatThrownBy(() -> new ResourceCurve(flat, falls, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResourceCurve(flat, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResourceCurve(flat, flat, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
