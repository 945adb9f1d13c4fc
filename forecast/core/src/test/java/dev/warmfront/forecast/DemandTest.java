package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemandTest {

    private static final Lifetime MINUTE = Lifetime.ofLogs(new double[] {Math.log(60)}, 0.1);
    private static final Lifetime DAY = Lifetime.ofLogs(new double[] {Math.log(86_400)}, 0.1);

    @Test
    void nothingRunsNothingComesNothingIsWanted() {
        DemandDistribution demand = new DemandAtLead(60).distribution();

        assertThat(demand.quantile(0.99)).isZero();
        assertThat(demand.atLeast(0)).isEqualTo(1);
        assertThat(demand.atLeast(1)).isZero();
    }

    @Test
    void survivorsAreThoseNotExpectedToEnd() {
        DemandAtLead question = new DemandAtLead(300);
        for (int i = 0; i < 10; i++) {
            question.running(MINUTE, 30).running(DAY, 30);
        }

        DemandDistribution demand = question.distribution();

        assertThat(demand.quantile(0.5)).isEqualTo(10);
        assertThat(demand.mean()).isCloseTo(10, within(0.8));
    }

    @Test
    void successorsComeWhenTheirPredecessorEnds() {
        TaskGraph graph = new TaskGraph(100);
        for (int i = 0; i < 20; i++) {
            graph.learn(new Followed(
                    "",
                    "split",
                    5,
                    RunShape.NONE,
                    List.of(new Followed.Successor("part", 0, 0, 1), new Followed.Successor("part", 0, 0, 1))));
        }
        SuccessorForecast.Expected part =
                graph.predict("", "split", 5).expected().getFirst();

        DemandDistribution soon =
                new DemandAtLead(10).successors(MINUTE, 0, part, DAY).distribution();
        DemandDistribution later =
                new DemandAtLead(200).successors(MINUTE, 0, part, DAY).distribution();

        assertThat(soon.mean()).isLessThan(0.1);
        assertThat(later.mean()).isCloseTo(2, within(0.2));
    }

    @Test
    void arrivalsCountAsFarAsTheyStillRun() {
        double[] quantiles = new double[Levels.COUNT];
        Arrays.fill(quantiles, 20);
        QuantileForecast twenty = new QuantileForecast(Duration.ofMinutes(5), Duration.ofMinutes(5), quantiles, false);

        double whole =
                new DemandAtLead(300).arrivals(twenty, 300, DAY).distribution().mean();
        double half =
                new DemandAtLead(150).arrivals(twenty, 300, DAY).distribution().mean();
        double brief = new DemandAtLead(300)
                .arrivals(twenty, 300, MINUTE)
                .distribution()
                .mean();

        assertThat(whole).isCloseTo(20, within(0.1));
        assertThat(half).isCloseTo(10, within(0.1));
        assertThat(brief).isBetween(2.0, 6.0);
        assertThat(new DemandAtLead(60)
                        .arrivals(twenty, 600, DAY)
                        .distribution()
                        .mean())
                .isZero();
    }

    @Test
    void sumsAddUpAndChancesStayChances() {
        Seeds.check(50, random -> {
            double[] chances = random.doubles(random.nextInt(60)).toArray();
            double[] values =
                    random.doubles(50, 0, Math.exp(12 * random.nextDouble())).toArray();

            DemandDistribution a = DemandDistribution.ofChances(chances);
            DemandDistribution b = DemandDistribution.ofValues(values);
            DemandDistribution sum = a.plus(b);

            assertThat(sum.total()).isCloseTo(1, within(1e-9));
            assertThat(sum.mean()).isCloseTo(a.mean() + b.mean(), within(1e-6 + 1e-3 * sum.mean()));
            assertThat(a.mean()).isCloseTo(Arrays.stream(chances).sum(), within(1e-9));
            assertThat(sum.quantile(0.9)).isGreaterThanOrEqualTo(sum.quantile(0.5));
            assertThat(sum.atLeast(sum.quantile(0.5))).isGreaterThanOrEqualTo(0.5 - 1e-9);
            DemandDistribution packed = a.packed(4);
            assertThat(packed.total()).isCloseTo(1, within(1e-9));
            assertThat(packed.mean()).isBetween(a.mean() / 4 - 1e-9, a.mean() / 4 + 1);
        });
    }

    @Test
    void manyTasksAreAnsweredByTheNormal() {
        double[] chances = new double[50_000];
        Arrays.fill(chances, 0.5);

        DemandDistribution demand = DemandDistribution.ofChances(chances);

        assertThat(demand.mean()).isCloseTo(25_000, within(20.0));
        assertThat(demand.quantile(0.99)).isBetween(25_200L, 25_350L);
    }

    @Test
    void aWorkflowsFootprintTellsPeakPathAndContention() {
        WorkflowFootprint footprint = WorkflowFootprint.of(List.of(
                new WorkflowFootprint.Task("split", 10, List.of(), 500, 10),
                new WorkflowFootprint.Task("a", 30, List.of("split"), 500, 10),
                new WorkflowFootprint.Task("b", 50, List.of("split"), 500, 10),
                new WorkflowFootprint.Task("c", 20, List.of("split"), 500, 10),
                new WorkflowFootprint.Task("merge", 5, List.of("a", "b", "c"), 500, 10)));

        assertThat(footprint.peak()).isEqualTo(new WorkflowFootprint.Wanted(3, 1_500, 30));
        assertThat(footprint.criticalPath()).containsExactly("split", "b", "merge");
        assertThat(footprint.seconds()).isEqualTo(65);
        assertThat(footprint.contendedSeconds(1_000)).isEqualTo(20);
        assertThat(footprint.contendedFrom(1_000)).isEqualTo(10);
        assertThat(footprint.contendedSeconds(1_500)).isZero();
        assertThat(footprint.contendedFrom(1_500)).isNaN();
    }
}
