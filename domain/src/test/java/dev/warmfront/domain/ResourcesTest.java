package dev.warmfront.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResourcesTest {

    private static Resources gpus(long cpuMillis, long memoryBytes, Map<String, Long> gpuMillis) {
        return new Resources(cpuMillis, memoryBytes, new TreeMap<>(gpuMillis));
    }

    @Test
    void coversOnlyWhatFitsInEveryDimension() {
        Resources machine = gpus(4000, 100, Map.of("l4", 1000L));

        assertThat(machine.covers(gpus(4000, 100, Map.of("l4", 1000L)))).isTrue();
        assertThat(machine.covers(Resources.of(4001, 1))).isFalse();
        assertThat(machine.covers(Resources.of(1, 101))).isFalse();
        assertThat(machine.covers(gpus(1, 1, Map.of("l4", 1001L)))).isFalse();
        assertThat(machine.covers(gpus(1, 1, Map.of("a100", 1L)))).isFalse();
        assertThat(machine.covers(Resources.NONE)).isTrue();
    }

    @Test
    void whatIsAddedCanBeTakenAwayAgain() {
        Resources one = gpus(1000, 10, Map.of("l4", 500L));
        Resources two = gpus(500, 5, Map.of("a100", 250L));

        assertThat(one.plus(two).minus(two)).isEqualTo(one);
        assertThat(one.minus(one).isNone()).isTrue();
        assertThat(one.minus(one)).isEqualTo(Resources.NONE);
        assertThatThrownBy(() -> two.minus(one)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDominantShareIsTheLargestOfAllDimensions() {
        Resources machine = gpus(4000, 100, Map.of("l4", 1000L));

        assertThat(Resources.of(1000, 50).dominantSharePpm(machine)).isEqualTo(500_000);
        assertThat(gpus(1000, 50, Map.of("l4", 750L)).dominantSharePpm(machine)).isEqualTo(750_000);
        assertThat(gpus(1, 1, Map.of("a100", 1L)).dominantSharePpm(machine)).isEqualTo(1_000_000);
        assertThat(Resources.NONE.dominantSharePpm(machine)).isZero();
        assertThat(Resources.of(8000, 0).dominantSharePpm(machine)).isEqualTo(2_000_000);
    }
}
