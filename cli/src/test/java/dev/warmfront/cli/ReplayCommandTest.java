package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {

    private static final String HEADER = "tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu\n";

    @TempDir
    Path folder = Path.of("");

    private Run replay(Object... arguments) {
        List<String> all = new ArrayList<>(List.of("replay"));
        Arrays.stream(arguments).map(Object::toString).forEach(all::add);
        return Run.of(folder, Map.of(), all.toArray(String[]::new));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Sixty tasks, one every ten minutes, and one row without a runtime. */
    private Path steady() throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 60; i++) {
            text.append("t,a,").append(600 * i).append(",30,,,\n");
        }
        return file("steady.csv", text + "t,a,36000,,,,\n");
    }

    @Test
    void printsJsonWithEveryFieldOfEachPolicy() throws IOException {
        Run run = replay(
                steady(),
                "--policy",
                "reactive,fixed-keep-alive,opt-window",
                "--launch-seconds",
                "60:180",
                "--resume-seconds",
                "15",
                "--stop-seconds",
                "20",
                "--standby-price-fraction",
                "0.1",
                "--machine-type",
                "m7i.large",
                "--train-fraction",
                "0.25",
                "--waiting-share",
                "0.05",
                "--wait-price-per-hour",
                "2",
                "--seed",
                "9",
                "--json",
                "-");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode json = Json.MAPPER.readTree(run.out());
        assertThat(json.path("trace").asText()).isEqualTo("steady");
        assertThat(json.path("tasks").asInt()).isEqualTo(45);
        assertThat(json.path("skipped").path("rows").asInt()).isEqualTo(1);
        assertThat(json.path("skipped").path("why").asText()).contains("runtime");
        assertThat(json.path("bound").fieldNames()).toIterable().contains("spendUsd", "overheadUsd", "gap");
        assertThat(json.path("policies")).hasSize(3);
        for (JsonNode policy : json.path("policies")) {
            assertThat(policy.fieldNames())
                    .toIterable()
                    .contains(
                            "name",
                            "knob",
                            "rhoOverhead",
                            "rhoSpend",
                            "spendUsd",
                            "waitingShare",
                            "coldShare",
                            "waitSeconds",
                            "idleHotHours",
                            "standbyHours",
                            "launches",
                            "resumes",
                            "stops",
                            "decisionMicros",
                            "frontier");
            assertThat(policy.path("waitSeconds").fieldNames())
                    .toIterable()
                    .containsExactly("p50", "p95", "p99", "max");
            assertThat(policy.path("decisionMicros").fieldNames()).toIterable().containsExactly("p50", "p99");
            assertThat(policy.path("frontier")).isNotEmpty();
        }
        assertThat(run.err()).contains("Replaying steady");
    }

    @Test
    void writesTheSameBytesForTheSameSeed() throws IOException {
        Path trace = steady();
        for (String name : List.of("one.json", "two.json")) {
            Run run = replay(
                    trace,
                    "--policy",
                    "fixed-keep-alive,hybrid-histogram",
                    "--launch-seconds",
                    "60:180",
                    "--seed",
                    "4",
                    "--no-timing",
                    "--json",
                    folder.resolve(name));
            assertThat(run.code()).as(run.err()).isZero();
        }
        assertThat(Files.readString(folder.resolve("one.json")))
                .isEqualTo(Files.readString(folder.resolve("two.json")));
    }

    @Test
    void printsATableAndWritesAPageThatNeedsNothingElse() throws IOException {
        Path page = folder.resolve("report.html");
        Run run = replay(steady(), "--policy", "reactive,fixed-keep-alive", "--report", page);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("POLICY", "fixed-keep-alive", "steady: 30 tasks scored");
        String html = Files.readString(page);
        assertThat(html).contains("\"trace\":\"steady\"", "\"levels\"").doesNotContain("{{data}}");
        assertThat(html.replace("http://www.w3.org/2000/svg", ""))
                .as("nothing is loaded from anywhere")
                .doesNotContain("http:", "https:", "src=", "@import", "<link");
    }

    private void refused(Path trace, String... says) {
        Run run = replay(trace, "--policy", "reactive");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains(trace.toString())
                .contains(says);
    }

    @Test
    void aBadTraceIsOneLineWithFileRowAndColumn() throws IOException {
        refused(file("column.csv", "tenant,submit_s\nt,1\n"), "row 1", "column runtime_s", "no such column");
        refused(file("unsorted.csv", HEADER + "t,a,5,1,,,\nt,a,4,1,,,\n"), "row 3", "column submit_s", "not sorted");
        refused(file("negative.csv", HEADER + "t,a,5,-1,,,\n"), "row 2", "column runtime_s", "-1");
        refused(file("nan.csv", HEADER + "t,a,5,NaN,,,\n"), "row 2", "column runtime_s", "NaN");
        refused(file("empty.csv", ""), "empty");
        refused(file("bare.csv", HEADER), "row 2", "no row");
        refused(folder.resolve("absent.csv"), "no such file");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write((HEADER + "t,a,5,1,,,\n".repeat(9000)).getBytes(StandardCharsets.UTF_8));
        }
        refused(
                Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2)),
                "row ",
                "truncated");
        // Headers that claim a hundred million rows: one in words, one as the size at the end of a packed file.
        refused(
                file("claims.csv", "# rows: 100000000\n" + HEADER + "t,a,5,1,,,\n"),
                "row 1",
                "column submit_s",
                "no such column");
        byte[] lie = bytes.toByteArray();
        ByteBuffer.wrap(lie).order(ByteOrder.LITTLE_ENDIAN).putInt(lie.length - Integer.BYTES, 100_000_000);
        refused(Files.write(folder.resolve("lie.csv.gz"), lie), "row ", "damaged");
    }

    @Test
    void aTraceWithoutAnyRuntimeHasNothingToReplay() throws IOException {
        Run run = replay(file("none.csv", HEADER + "t,a,5,,,,\n"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).singleElement().asString().contains("no row has a runtime");
    }

    @Test
    void badOptionsAreOneLineAndCodeTwo() throws IOException {
        Path trace = steady();
        for (String[] bad : new String[][] {
            {"--policy", "clever", "known are"},
            {"--launch-seconds", "soon", "soon"},
            {"--launch-seconds", "180:60", "p50"},
            {"--machine-type", "abacus", "abacus"},
            {"--train-fraction", "1.5", "train fraction"},
            {"--waiting-share", "-0.1", "waiting share"},
            {"--report", folder.resolve("no/such/folder/r.html").toString(), "folder"}
        }) {
            Run run = replay(trace, "--policy", "reactive", bad[0], bad[1]);
            assertThat(run.code()).as(bad[0]).isEqualTo(2);
            assertThat(run.err().lines()).singleElement().asString().contains(bad[2]);
        }
    }

    @Test
    void takesThePriceOfOwnHardwareAndBillsStopsAsTheProviderDoes() throws IOException {
        Run run = replay(
                steady(),
                "--policy",
                "reactive",
                "--price-per-hour",
                "3.6",
                "--unbilled-stop",
                "--minimum-billed-seconds",
                "60",
                "--json",
                "-",
                "--no-timing");
        assertThat(run.code()).isZero();
        JsonNode json = Json.MAPPER.readTree(run.out());
        assertThat(json.at("/assumptions/hotUsdPerHour").decimalValue()).isEqualByComparingTo("3.6");
        assertThat(json.at("/assumptions/stopBilled").booleanValue()).isFalse();
        assertThat(json.at("/assumptions/minimumBilledSeconds").intValue()).isEqualTo(60);
        assertThat(json.at("/bound/method").asText()).isEqualTo("circulation");
    }

    @Test
    void saysWhichPoliciesThereAre() {
        assertThat(replay("--help").out())
                .contains("hybrid-histogram")
                .contains("warmfront")
                .contains("--workflow-gap-seconds");
    }
}
