package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.forecast.Followed;
import dev.warmfront.forecast.RunShape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a fan-out as wide as the run: an index is built and {@code width} samples fetched, then each sample is aligned. */
final class LearnerBenchTest {

    @TempDir
    Path folder = Path.of("");

    private Path traces = Path.of("");

    private static String run(int width) {
        List<String> tasks = new ArrayList<>();
        List<String> executed = new ArrayList<>();
        List<String> aligned = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            aligned.add("\"a" + i + "\"");
            tasks.add(task("fetch", "f" + i, "", "\"a" + i + "\""));
            tasks.add(task("align", "a" + i, "\"index\",\"f" + i + "\"", ""));
            executed.add("{\"id\":\"f" + i + "\",\"runtimeInSeconds\":9}");
            executed.add("{\"id\":\"a" + i + "\",\"runtimeInSeconds\":4}");
        }
        tasks.add(task("index", "index", "", String.join(",", aligned)));
        executed.add("{\"id\":\"index\",\"runtimeInSeconds\":2}");
        return "{\"workflow\":{\"specification\":{\"tasks\":[%s],\"files\":[]},\"execution\":{\"tasks\":[%s]}}}"
                .formatted(String.join(",", tasks), String.join(",", executed));
    }

    private static String task(String name, String id, String parents, String children) {
        return "{\"name\":\"%s\",\"id\":\"%s\",\"parents\":[%s],\"children\":[%s],\"inputFiles\":[]}"
                .formatted(name, id, parents, children);
    }

    @BeforeEach
    void record() throws IOException {
        traces = folder.resolve("traces");
        Files.createDirectories(traces.resolve("workflows"));
        Files.createDirectories(traces.resolve("chains"));
        for (int width : new int[] {10, 20, 40}) {
            packed(traces.resolve("workflows/demo-" + width + ".json.gz"), run(width));
        }
        packed(traces.resolve("chains/spark-enel-2021.csv.gz"), "app,run_id,job_seq,end_s,runtime_s\nK,r,0,1,1\n");
    }

    private static void packed(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aTaskSeesOnlyWhatWasSubmittedBeforeTheFirstOfItsTypeEnded() {
        List<Followed> followed = RecordedRun.read(traces.resolve("workflows/demo-10.json.gz"))
                .getFirst()
                .followed();

        assertThat(followed.getFirst().taskType()).isEqualTo("index");
        assertThat(followed.getFirst().shape().stages()).containsOnlyKeys("index", "fetch");
        assertThat(followed.getFirst().shape().stages().get("fetch")).isEqualTo(new RunShape.Stage(10, -1));
        // The first fetch that ends submits an alignment; the later fetches do not see it.
        assertThat(followed)
                .filteredOn(one -> one.taskType().equals("fetch"))
                .hasSize(10)
                .allMatch(one -> !one.shape().stages().containsKey("align"));
    }

    @Test
    void fanOutsAreToldByTheWidthOfTheRun() {
        Run run = Run.of(folder, Map.of(), "bench", "learner", traces.toString(), "--only", "successors");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("| demo | 2 | 122 | 1.000 | 0.0 % |").doesNotContain("## Run times");
    }

    @Test
    void ofAPageOnlyWhatIsWantedIsReplaced() throws IOException {
        Path page = Files.writeString(
                folder.resolve("page.md"),
                "# Head\n\n## Successor sets\n\nold\n\n## Many series\n\nkept\n\nTaken by hand.\n");

        Run run = Run.of(
                folder,
                Map.of(),
                "bench",
                "learner",
                traces.toString(),
                "--only",
                "runs,successors",
                "--out",
                page.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readString(page))
                .startsWith("# Head\n\n## Successor sets\n\nTrained")
                .doesNotContain("old")
                .contains("|\n\n## Many series\n\nkept\n\nTaken by hand.\n\n## Run times\n\n");
    }

    @Test
    void anUnknownPartIsRefused() {
        Run run = Run.of(folder, Map.of(), "bench", "learner", traces.toString(), "--only", "all");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("successors, runs, curves, many");
    }
}
