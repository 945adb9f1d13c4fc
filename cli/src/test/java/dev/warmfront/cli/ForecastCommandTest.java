package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForecastCommandTest {

    @TempDir
    Path folder = Path.of("");

    private Run run(String... arguments) {
        return Run.of(folder, Map.of(), arguments);
    }

    private Path counts() throws IOException {
        StringBuilder text = new StringBuilder("tenant,task_type,t_s,window_s,count\n");
        for (int slot = 0; slot < 400; slot++) {
            text.append("acme,render,")
                    .append(slot * 300)
                    .append(",300,")
                    .append(5 + slot % 12)
                    .append('\n');
        }
        Path file = folder.resolve("counts.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void scoresExpertsMixtureAndBaselineOfPackedCounts() throws IOException {
        Run run = run("forecast", counts().toString());

        assertThat(run.err()).doesNotContain("warmfront:");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("mixture", "seasonal-naive", "naive", "regression", "covered 0.99")
                .contains("1 series scored")
                .contains("µs per forecast");
    }

    @Test
    void aRegularSeriesIsForecastBetterThanByTheNaive() throws IOException {
        JsonNode json = json(run("forecast", counts().toString(), "--json", "--horizons", "1,6"));

        assertThat(json.path("series").asInt()).isEqualTo(1);
        assertThat(json.path("horizons").size()).isEqualTo(2);
        double mixture = loss(json, "mixture");
        assertThat(mixture).isLessThan(0.7 * loss(json, "naive"));
        assertThat(json.path("methods").path(0).path("coverage").size()).isEqualTo(4);
        assertThat(json.path("microsPerForecast").asDouble()).isPositive();
    }

    private static double loss(JsonNode json, String method) {
        for (JsonNode one : json.path("methods")) {
            if (Json.text(one, "name").equals(method)) {
                return one.path("scaledPinball").asDouble();
            }
        }
        throw new AssertionError("no " + method + " in " + json);
    }

    private static JsonNode json(Run run) throws JsonProcessingException {
        assertThat(run.code()).as(run.err()).isZero();
        return Json.parse(run.out());
    }

    @Test
    void countsArrivalsPerSlot() throws IOException {
        StringBuilder text = new StringBuilder("tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu\n");
        for (int i = 0; i < 900; i++) {
            text.append(i % 2 == 0 ? "a" : "b").append(",t,").append(i * 7.5).append(",1,,,\n");
        }
        Path file = Files.writeString(folder.resolve("arrivals.csv"), text);

        JsonNode json = json(run("forecast", file.toString(), "--slot", "60", "--horizons", "1", "--json"));

        // Two tenants, and both together.
        assertThat(json.path("series").asInt() + json.path("skipped").asInt()).isEqualTo(3);
    }

    @Test
    void holdsOccupancyUntilItChanges() throws IOException {
        StringBuilder text = new StringBuilder("t_s,active_nodes,total_nodes\n");
        for (int i = 0; i < 100; i++) {
            text.append(i * 600).append(',').append(100 + i % 7).append(",420\n");
        }
        CountSeries series = CountSeries.read(Files.writeString(folder.resolve("nodes.csv"), text), 300)
                .getFirst();

        assertThat(series.slotSeconds()).isEqualTo(300);
        assertThat(series.counts()[0]).isEqualTo(100);
        assertThat(series.counts()[1]).isEqualTo(100);
        assertThat(series.counts()[2]).isEqualTo(101);
    }

    @Test
    void aBadFileIsOneLineAndCodeTwo() throws IOException {
        String[] texts = {
            "",
            "a,b\n1,2\n",
            "t_s,window_s,count\n",
            "t_s,window_s,count\nx,300,1\n",
            "t_s,window_s,count\n0,300,-1\n",
            "t_s,window_s,count\n0,0,1\n",
            "t_s,window_s,count\n0,300\n",
            "t_s,window_s,count\n1e300,300,1\n",
            "t_s,window_s,count\n0,300,1\n300,300,1\n",
            "submit_s\nNaN\n",
        };
        for (String text : texts) {
            Path file = Files.writeString(folder.resolve("bad.csv"), text);

            Run run = run("forecast", file.toString());

            assertThat(run.code()).as(text).isEqualTo(2);
            assertThat(run.err().lines()).as(text).singleElement().asString().contains("bad.csv");
            assertThat(run.out()).isEmpty();
        }
        Path broken = Files.write(folder.resolve("broken.csv.gz"), new byte[] {1, 2, 3});
        for (String file :
                new String[] {broken.toString(), folder.resolve("none.csv").toString()}) {
            Run run = run("forecast", file);

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err().lines()).hasSize(1);
        }
        assertThat(run("forecast", counts().toString(), "--horizons", "5,1").code())
                .isEqualTo(2);
    }
}
