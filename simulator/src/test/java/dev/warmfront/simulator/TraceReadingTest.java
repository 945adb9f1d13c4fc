package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceReadingTest {

    private static final String HEADER = "tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu\n";

    @TempDir
    Path folder = Path.of("");

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static ListTrace read(Path file) {
        return ListTrace.of(Traces.of(List.of(file), Traces.Mix.DEFAULT).getFirst());
    }

    private void refused(Path file, long row, String column, String why) {
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(() -> read(file))
                .satisfies(bad -> {
                    assertThat(bad.row()).isEqualTo(row);
                    assertThat(bad.column()).isEqualTo(column);
                })
                .withMessageStartingWith(file.toString())
                .withMessageContaining(why)
                .withMessageNotContaining("\n");
    }

    @Test
    void readsArrivalsPackedOrNot() throws IOException {
        String text = HEADER + "t1,a,0,1.5,,,\nt2,b,2.000001,0,4,1024,0\n";
        Path packed = Files.write(folder.resolve("p.csv.gz"), packed(text));
        List<Submission> expected =
                List.of(Submission.of(0, "t1", "a", 1_500_000), Submission.of(2_000_001, "t2", "b", 0));
        assertThat(read(file("a.csv", text)).submissions()).isEqualTo(expected);
        assertThat(read(packed).submissions()).isEqualTo(expected);
    }

    @Test
    void countsRowsWithoutRuntime() throws IOException {
        ListTrace trace = read(file("a.csv", HEADER + ",a,0,,,,\n,a,1,2,,,\n,a,2,,,,\n"));
        assertThat(trace.skipped()).isEqualTo(2);
        assertThat(trace.submissions()).hasSize(1);
    }

    @Test
    void namesRowAndColumnOfWhatIsWrong() throws IOException {
        refused(file("empty.csv", ""), 1, "", "empty");
        refused(file("head.csv", HEADER), 2, "", "no row");
        refused(file("col.csv", "tenant,submit_s\nx,0\n"), 1, "runtime_s", "no such column");
        refused(file("col2.csv", "a,b\nx,0\n"), 1, "submit_s", "no such column");
        refused(file("unsorted.csv", HEADER + ",,5,1,,,\n,,4,1,,,\n"), 3, "submit_s", "not sorted");
        refused(file("negative.csv", HEADER + ",,5,-1,,,\n"), 2, "runtime_s", "-1");
        refused(file("nan.csv", HEADER + ",,5,NaN,,,\n"), 2, "runtime_s", "NaN");
        refused(file("infinite.csv", HEADER + ",,5,Infinity,,,\n"), 2, "runtime_s", "36,500 days");
        refused(file("word.csv", HEADER + ",,5,long,,,\n"), 2, "runtime_s", "\"long\" is not a number");
        refused(file("blank.csv", HEADER + ",,,1,,,\n"), 2, "submit_s", "is empty");
        refused(file("quote.csv", HEADER + ",,5,\"2\n3,4\n"), 2, "", "4 columns where the header has 7");
        refused(file("short.csv", HEADER + ",,0,1,,,\n,,1\n"), 3, "", "3 columns where the header has 7");
        refused(folder.resolve("absent.csv"), 0, "", "no such file");
    }

    @Test
    void namesTheRowAtWhichAPackedFileBreaksOff() throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 50_000; i++) {
            text.append(",a,").append(i).append(',').append(i * 7919 % 10_007).append(",,,\n");
        }
        byte[] bytes = packed(text.toString());
        Path file = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(() -> read(file))
                .withMessageContaining("truncated")
                .satisfies(bad -> assertThat(bad.row()).isGreaterThan(1000));
    }

    @Test
    void stopsAtTheLimitOfRowsAndAtARowThatNeverEnds() throws IOException {
        Path many = file("many.csv", HEADER + ",a,0,1,,,\n".repeat(11));
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(() -> ListTrace.of(new ArrivalsTrace(many, 10)))
                .withMessageContaining("row 12: more than 10 rows");
        Path endless = file("endless.csv", HEADER + "\"" + "x".repeat(10_000_000));
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(() -> read(endless))
                .satisfies(bad -> assertThat(bad.row()).isEqualTo(2));
    }

    @Test
    void readsRunsOfChainsAsWorkflows() throws IOException {
        ListTrace trace = read(file("c.csv", """
                app,run_id,job_seq,start_s,end_s,runtime_s,scale_out
                x,r1,0,50,51,1,4
                x,r1,1,52,54,2,4
                y,r1,0,10,11,1,4
                """));
        assertThat(trace.submissions())
                .containsExactly(
                        new Submission(10_000_000, "y", List.of(new TraceTask("y/0", 1_000_000, List.of()))),
                        new Submission(
                                50_000_000,
                                "x",
                                List.of(
                                        new TraceTask("x/0", 1_000_000, List.of()),
                                        new TraceTask("x/1", 2_000_000, List.of(0)))));
    }

    @Test
    void tasksOfWorkflowsAreOfOneTypeByTheirProgramOrTheirNameWithoutItsNumber() {
        assertThat(TraceTask.type("fastqSplit_chr21_ID0000007", "fastqSplit")).isEqualTo("fastqSplit");
        assertThat(TraceTask.type("blastall_ID000011", "")).isEqualTo("blastall");
        assertThat(TraceTask.type("cpuhog_chain_00000002", "two words")).isEqualTo("cpuhog_chain");
        assertThat(TraceTask.type("plain", "")).isEqualTo("plain");
    }

    @Test
    void readsWorkflowsAndLinksAcrossTasksWithoutRuntime() throws IOException {
        Path file = file(
                "w.json",
                workflow(
                        "\"b\"",
                        "{\"id\":\"a\",\"runtimeInSeconds\":1,\"command\":{\"arguments\":[\"-x\",{}],\"program\":\"split\"}},"
                                + "{\"id\":\"c\",\"runtimeInSeconds\":3,\"command\":null}"));
        ListTrace trace = ListTrace.of(
                Traces.of(List.of(file), new Traces.Mix(2, 1_000_000, 7)).getFirst());
        assertThat(trace.skipped()).isEqualTo(2);
        assertThat(trace.submissions()).hasSize(2);
        assertThat(trace.submissions().getFirst().tasks())
                .containsExactly(
                        new TraceTask("split", 1_000_000, List.of()), new TraceTask("c", 3_000_000, List.of(0)));
    }

    @Test
    void refusesWorkflowsThatMakeNoSense() throws IOException {
        refused(
                file("circle.json", workflow("\"c\"", "{\"id\":\"c\",\"runtimeInSeconds\":3}")),
                0,
                "workflow.specification.tasks.parents",
                "circle");
        refused(
                file("unknown.json", workflow("\"z\"", "{\"id\":\"c\",\"runtimeInSeconds\":3}")),
                0,
                "workflow.specification.tasks.parents",
                "unknown z");
        refused(
                file("negative.json", workflow("\"b\"", "{\"id\":\"c\",\"runtimeInSeconds\":-3}")),
                1,
                "workflow.execution.tasks.runtimeInSeconds",
                "-3");
        refused(file("none.json", "{\"workflow\":{}}"), 0, "workflow.specification.tasks", "no tasks");
        refused(file("cut.json", "{\"workflow\":{\"specification\":{\"tas"), 0, "", "no readable JSON");
    }

    private static String workflow(String parentsOfC, String executed) {
        return "{\"x\":[{}],\"workflow\":{\"specification\":{\"tasks\":[{\"id\":\"c\",\"parents\":[" + parentsOfC
                + "]},{\"id\":\"b\",\"parents\":[\"a\"]},{\"id\":\"a\",\"name\":\"A\",\"parents\":[]}]},"
                + "\"execution\":{\"tasks\":[" + executed + "]}}}";
    }
}
