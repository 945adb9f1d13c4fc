package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GraphCommandTest {

    private static final String WORKFLOW = """
            {"name":"w","workflow":{"specification":{"tasks":[
              {"name":"split_1","id":"s","parents":[],"children":["a","b"],"inputFiles":["in"]},
              {"name":"align_2","id":"a","parents":["s"],"children":["m"],"inputFiles":[]},
              {"name":"align_3","id":"b","parents":["s"],"children":["m"],"inputFiles":[]},
              {"name":"merge_4","id":"m","parents":["a","b"],"children":[],"inputFiles":[]}],
             "files":[{"id":"in","sizeInBytes":4096}]},
             "execution":{"tasks":[{"id":"s","runtimeInSeconds":2},{"id":"a","runtimeInSeconds":5},
              {"id":"b","runtimeInSeconds":7},{"id":"m","runtimeInSeconds":1}]}}}
            """;

    @TempDir
    Path folder = Path.of("");

    private Run run(String... arguments) {
        return Run.of(folder, Map.of(), arguments);
    }

    @Test
    void printsTheChainsOfWorkflowRuns() throws IOException {
        Path first = Files.writeString(folder.resolve("demo-1.json"), WORKFLOW);
        Path second = Files.writeString(folder.resolve("demo-2.json"), WORKFLOW);

        Run run = run("graph", first.toString(), second.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("demo: 2 runs, 3 task types, 1 chains")
                .containsPattern("split → 2 × align .*→ merge");
    }

    @Test
    void saysHowManyNewTasksAPredecessorBrings() throws IOException {
        Path file = Files.writeString(folder.resolve("demo-1.json"), WORKFLOW);

        JsonNode json = Json.parse(run("graph", file.toString(), "--json").out());

        JsonNode links = json.path(0).path("chains").path(0).path("links");
        assertThat(links.path(0).path("multiplicity").asInt()).isEqualTo(2);
        // Two alignments share one merge.
        assertThat(links.path(1).path("newTasksPerPredecessor").asDouble()).isBetween(0.4, 0.5);
    }

    @Test
    void minesChainsOfJobs() throws IOException {
        StringBuilder text = new StringBuilder("app,run_id,job_seq,start_s,end_s,runtime_s,scale_out\n");
        for (int run = 0; run < 4; run++) {
            for (int job = 0; job < 3; job++) {
                text.append("K,r")
                        .append(run)
                        .append(',')
                        .append(job)
                        .append(",0,")
                        .append(job + 1)
                        .append(",1,2\n");
            }
        }
        Path file = Files.writeString(folder.resolve("chains.csv"), text);

        assertThat(run("graph", file.toString()).out()).contains("K: 4 runs").contains("job-0 → job-1 → job-2");
    }

    @Test
    void aBadFileIsOneLineAndCodeTwo() throws IOException {
        Map<String, String> texts = Map.of(
                "none.json",
                "{}",
                "broken.json",
                "{\"workflow\":",
                "circle.json",
                WORKFLOW.replace("\"parents\":[]", "\"parents\":[\"m\"]"),
                "other.csv",
                "a,b\n1,2\n",
                "empty.csv",
                "");
        for (var entry : texts.entrySet()) {
            Path file = Files.writeString(folder.resolve(entry.getKey()), entry.getValue());

            Run run = run("graph", file.toString());

            assertThat(run.code()).as(entry.getKey()).isEqualTo(2);
            assertThat(run.err().lines()).as(entry.getKey()).hasSize(1);
            assertThat(run.out()).isEmpty();
        }
        assertThat(run("graph", folder.resolve("missing.json").toString()).code())
                .isEqualTo(2);
    }
}
