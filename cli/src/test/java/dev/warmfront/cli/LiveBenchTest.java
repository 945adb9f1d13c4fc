package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveBenchTest {

    private static LiveRecord record() {
        List<LiveRecord.Planned> plan = new ArrayList<>();
        List<LiveRecord.Done> done = new ArrayList<>();
        List<LiveRecord.Life> machines = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            double at = 60.0 * i;
            plan.add(new LiveRecord.Planned("t", at, 10));
            done.add(new LiveRecord.Done("t", at, at + 2, at + 2.1, at + 12.5));
            machines.add(new LiveRecord.Life(at, at + 0.5, at + 2, at + 12.5, at + 13));
        }
        LiveRecord.Run run =
                new LiveRecord.Run("reactive", done, machines, List.of(new LiveRecord.Lead(-1, 1.5, 20, 30)), 1.25);
        return new LiveRecord("--every 2", 60, 4, 600, plan, List.of(run));
    }

    @Test
    void aRecordIsExplainedWithoutRunningAnything(@TempDir Path folder) {
        Path file = folder.resolve("record.json");
        Path page = folder.resolve("page.md");
        record().write(file);
        assertThat(LiveRecord.read(file)).isEqualTo(record());

        Run run = Run.of(
                Path.of("unused"), Map.of(), "bench", "live", "--explain", file.toString(), "--page", page.toString());
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("reactive: a launch took 2.00 s at the median")
                .contains("live, a wait ending when the task began")
                .contains("tasks had their machines for 5.0 % longer")
                .containsPattern("launches as long as they took .* -0.05\n")
                .containsPattern("agents begin and report .* \\+0.0[5-9]\n")
                .containsPattern("until they had ended .* \\+0.0[3-5]\n");
        assertThat(page).content().contains("<!-- begin live -->").contains("| reactive | 2.00 · 2.00 s | 100.0 % |");
    }

    @Test
    void anotherRunOfTheSamePolicyTakesItsPlace() {
        LiveRecord.Run other = new LiveRecord.Run("reactive", List.of(), List.of(), List.of(), 2);
        assertThat(record().with(other).runs()).containsExactly(other);
    }

    @Test
    void whatIsNoRecordIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("no.json"), "nothing");
        assertThat(Run.of(Path.of("unused"), Map.of(), "bench", "live", "--explain", file.toString())
                        .code())
                .isEqualTo(2);
        assertThat(Run.of(Path.of("unused"), Map.of(), "bench", "live").code()).isEqualTo(2);
    }
}
