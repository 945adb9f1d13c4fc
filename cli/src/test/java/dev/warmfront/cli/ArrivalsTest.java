package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.testing.Seeds;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArrivalsTest {

    private static final String HEADER = "tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu\n";

    @TempDir
    Path folder = Path.of("");

    @Test
    void readsPackedTracesInTheOrderOfSubmission() throws IOException {
        Path file = folder.resolve("trace.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((HEADER + "b,f,2.5,1,,21.3,\na,g,1,,2,,0.5\n").getBytes(StandardCharsets.UTF_8));
        }

        List<Arrival> arrivals = ArrivalsReader.read(file, 100);

        assertThat(arrivals).extracting(Arrival::tenant).containsExactly("a", "b");
        assertThat(arrivals.getFirst().runtimeSeconds()).isEmpty();
        assertThat(arrivals.getFirst().gpus()).hasValue(0.5);
        assertThat(arrivals.getLast().memoryMebibytes()).hasValue(21.3);
    }

    @Test
    void namesFileRowAndColumnOfEveryBadRow() throws IOException {
        Path file = write(HEADER + "a,f,1,1,1,1,\na,f,x,1,1,1,\na,f,1,-3,1,1,\na,f,,1,1,1,\na,f,1\na,f,1,1,1,NaN,\n");

        assertThatThrownBy(() -> ArrivalsReader.read(file, 100))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessageContaining(file + ", row 3, column submit_s: \"x\" is not a number")
                .hasMessageContaining("row 4, column runtime_s: -3 is not a number ≥ 0")
                .hasMessageContaining("row 5, column submit_s: is empty")
                .hasMessageContaining("row 6: 3 columns where the header has 7")
                .hasMessageContaining("row 7, column mem_mb");
    }

    @Test
    void refusesFilesThatAreNoTraces() throws IOException {
        assertThatThrownBy(() -> ArrivalsReader.read(write("a,b\n1,2\n"), 9)).hasMessageContaining("submit_s");
        assertThatThrownBy(() -> ArrivalsReader.read(write(HEADER), 9)).hasMessageContaining("no rows");
        assertThatThrownBy(() -> ArrivalsReader.read(folder.resolve("none.csv"), 9))
                .hasMessageContaining("there is no such file");
    }

    @Test
    void readsNoFurtherThanItsLimit() throws IOException {
        Path file = write(HEADER + "a,f,1,1,1,1,\na,f,2,1,1,1,\nthis is not read\n");

        assertThat(ArrivalsReader.read(file, 2)).hasSize(2);
    }

    @Test
    void dealsOneTenantOutToAsManyAsAreWanted() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            arrivals.add(arrival("", "f", i, 1));
        }

        ArrivalsPlan plan = new ArrivalsPlan(arrivals, fit(10, 20));

        assertThat(plan.tenants()).hasSize(20);
        assertThat(plan.notes()).anyMatch(note -> note.contains("dealt out"));
        assertThat(plan.submissions().getLast().atNanos()).isEqualTo(9_900_000_000L);
    }

    @Test
    void keepsNamesApartThatDifferOnlyInOddCharacters() {
        ArrivalsPlan plan = new ArrivalsPlan(List.of(arrival("a/b", "f", 0, 1), arrival("a:b", "f", 1, 1)), fit(1, 1));

        assertThat(plan.tenants()).containsExactly("t-a-b", "t-a-b-again-2");
    }

    @Test
    void scalesRunTimesBySpeedAndCutsTheLongest() {
        ArrivalsPlan plan =
                new ArrivalsPlan(List.of(arrival("a", "f", 0, 60), arrival("a", "", 1, 10_000)), fit(60, 1));

        assertThat(plan.submissions().get(0).task().path("command").path(1).asText())
                .isEqualTo("1.000");
        assertThat(plan.submissions().get(0).task().path("taskType").asText()).isEqualTo("f");
        assertThat(plan.submissions().get(1).task().path("command").path(1).asText())
                .isEqualTo("30.000");
        assertThat(plan.submissions().get(1).task().has("taskType")).isFalse();
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("1 tasks were cut"));
    }

    @Test
    void everyRequestFitsTheLargestMachine() {
        Seeds.check(50, random -> {
            List<Arrival> arrivals = new ArrayList<>();
            int count = 1 + random.nextInt(60);
            for (int i = 0; i < count; i++) {
                arrivals.add(random(random, i));
            }
            ArrivalsPlan plan = new ArrivalsPlan(arrivals, fit(1 + random.nextInt(100), 1 + random.nextInt(30)));

            assertThat(plan.submissions()).hasSize(count);
            Set<String> used = new HashSet<>();
            long last = 0;
            for (ArrivalsPlan.Submission submission : plan.submissions()) {
                used.add(submission.tenant());
                assertThat(submission.atNanos()).isGreaterThanOrEqualTo(last);
                last = submission.atNanos();
                assertThat(submission.task().path("resources").path("cpuMillis").asLong())
                        .isBetween(1L, 2000L);
                assertThat(submission
                                .task()
                                .path("resources")
                                .path("memoryBytes")
                                .asLong())
                        .isBetween(1L, 1L << 30);
            }
            assertThat(used).isEqualTo(plan.tenants());
        });
    }

    private static Arrival random(RandomGenerator random, int i) {
        return new Arrival(
                random.nextBoolean() ? "" : "tenant/" + random.nextInt(5),
                "f",
                i,
                maybe(random, 1e6),
                maybe(random, 500),
                maybe(random, 1e6),
                maybe(random, 8));
    }

    private static OptionalDouble maybe(RandomGenerator random, double most) {
        return random.nextInt(3) == 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble() * most);
    }

    private static Arrival arrival(String tenant, String type, double submit, double runtime) {
        return new Arrival(
                tenant,
                type,
                submit,
                OptionalDouble.of(runtime),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    private static ArrivalsPlan.Fit fit(double speed, int tenantsMin) {
        return new ArrivalsPlan.Fit(speed, tenantsMin, 30, 2000, 1L << 30);
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("trace.csv"), content);
    }
}
