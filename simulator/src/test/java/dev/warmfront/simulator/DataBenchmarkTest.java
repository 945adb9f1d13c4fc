package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What docs/benchmarks.md says of files and services holds on a small load, too. */
class DataBenchmarkTest {

    private static final DataBenchmark.Load LIGHT =
            new DataBenchmark.Load(40, DataBenchmark.FORKS, true, 20, 0.4, 0, 7);
    private static final DataBenchmark.Load AMONG_OTHERS =
            new DataBenchmark.Load(40, DataBenchmark.LINE, false, 10, 0.4, 0.5, 7);

    @Test
    void tasksStallLessWhereTheSchedulerKnowsWhereFilesLieAndLeastWhereItSendsThemAhead() {
        DataBenchmark.Shown blind = DataBenchmark.chains(LIGHT, DataWorld.Knowledge.NONE);
        DataBenchmark.Shown places = DataBenchmark.chains(LIGHT, DataWorld.Knowledge.PLACES);
        DataBenchmark.Shown all = DataBenchmark.chains(LIGHT, DataWorld.Knowledge.ALL);

        assertThat(places.stall()).isLessThan(blind.stall());
        assertThat(all.stall()).isLessThan(places.stall());
        assertThat(all.ahead()).isPositive();
        assertThat(all.wasted()).isLessThanOrEqualTo(0.10);
        assertThat(all.makespan()).isLessThanOrEqualTo(blind.makespan());
    }

    @Test
    void amongOthersTasksItMovesFewerBytes() {
        DataBenchmark.Shown blind = DataBenchmark.chains(AMONG_OTHERS, DataWorld.Knowledge.NONE);
        DataBenchmark.Shown all = DataBenchmark.chains(AMONG_OTHERS, DataWorld.Knowledge.ALL);

        assertThat(all.moved()).isLessThan(blind.moved());
    }

    @Test
    void callsGoToTheNearZone() {
        assertThat(DataBenchmark.nearCalls(200, DataWorld.Knowledge.NONE, 3)).isBetween(0.3, 0.7);
        assertThat(DataBenchmark.nearCalls(200, DataWorld.Knowledge.PLACES, 3)).isGreaterThan(0.9);
    }
}
