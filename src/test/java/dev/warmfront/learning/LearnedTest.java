package dev.warmfront.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.forecast.ArrivalModel;
import dev.warmfront.forecast.ResourceKind;
import dev.warmfront.forecast.RunShape;
import dev.warmfront.forecast.SeriesKey;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.TaskClassifier;
import dev.warmfront.scheduler.Follows;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LearnedTest {

    private static final List<SeriesShape> RUNGS = ArrivalModel.standardRungs(slotSeconds -> StandardExperts.all());
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final TenantId ACME = new TenantId("acme");

    private final Learned learned = new Learned(RUNGS, 100, 3, START);
    private int number;
    private Instant clock = START;

    @Test
    void declaredEdgesAreLearnedAcrossRunsOfAWorkflow() {
        for (int run = 0; run < 10; run++) {
            String workflow = "w" + run;
            // The order in which a workflow's tasks are told is any.
            String split = "split of " + workflow;
            String left = submitted("acme", "map", workflow, List.of(split));
            learned.learn(
                    episode(Episode.Kind.SUBMITTED, split, "acme", "split", workflow, List.of(), Double.NaN, -1),
                    Samples.NONE);
            String right = submitted("acme", "map", workflow, List.of(split));
            String join = submitted("acme", "join", workflow, List.of(left, right));
            ended(split, "acme", "split", workflow, 2);
            ended(left, "acme", "map", workflow, 3);
            ended(right, "acme", "map", workflow, 3);
            ended(join, "acme", "join", workflow, 1);
        }

        GraphView.NextView next =
                GraphView.NextView.of(acme().graph(), new TenantLearned.Context("", "split", -1, RunShape.NONE));

        assertThat(next.successors()).hasSize(1);
        assertThat(next.successors().getFirst().taskType()).isEqualTo("map");
        assertThat(next.successors().getFirst().likelyCount()).isEqualTo(2);
        assertThat(next.successors().getFirst().probability()).isGreaterThan(0.9);
    }

    @Test
    void whatFollowsSoonAfterAnEndIsTakenToFollowIt() {
        for (int run = 0; run < 20; run++) {
            lone("prepare", 2);
            lone("train", 5);
            clock = clock.plusSeconds(3_600);
            learned.advance(clock);
        }

        String running = submitted("acme", "prepare", null, List.of());
        TenantLearned.Context context = acme().context(running).orElseThrow();
        GraphView.NextView next = GraphView.NextView.of(acme().graph(), context);

        assertThat(next.successors().getFirst().taskType()).isEqualTo("train");
        assertThat(next.successors().getFirst().probability()).isGreaterThan(0.9);
        assertThat(next.successors().getFirst().delayP50Seconds()).isBetween(0.1, 3.0);
    }

    @Test
    void howManyFollowIsToldByTheTasksOfTheSameWorkflow() throws IOException {
        for (int width : new int[] {5, 10, 20}) {
            widths("w" + width, width);
        }
        String split = widths("w40", 40);

        TenantLearned.Context context = acme().context(split).orElseThrow();
        GraphView.NextView next = GraphView.NextView.of(acme().graph(), context);
        Learned copy = Learned.read(RUNGS, 100, 3, new DataInputStream(new ByteArrayInputStream(written(learned))));

        assertThat(next.successors().getFirst().taskType()).isEqualTo("map");
        assertThat(next.successors().getFirst().likelyCount()).isEqualTo(40);
        assertThat(copy.tenant(ACME).orElseThrow().context(split)).contains(context);
    }

    /** As many reads as maps; the split ends but in the last. */
    private String widths(String workflow, int width) {
        for (int i = 0; i < width; i++) {
            submitted("acme", "read", workflow, List.of());
        }
        String split = submitted("acme", "split", workflow, List.of());
        for (int i = 0; i < width; i++) {
            submitted("acme", "map", workflow, List.of(split));
        }
        if (width < 40) {
            ended(split, "acme", "split", workflow, 2);
        }
        return split;
    }

    @Test
    void runTimeFollowsTheInputAndCurvesFollowWhatWasMeasured() {
        for (int i = 1; i <= 30; i++) {
            Samples samples = new Samples();
            samples.add(0.5, 1_000, 50 << 20, 0, 0);
            samples.add(i * 0.9, 1_000, 200 << 20, 0, 0);
            String task = submitted("acme", "sort", null, List.of());
            clock = clock.plusSeconds(i);
            learned.learn(
                    episode(Episode.Kind.ENDED, task, "acme", "sort", null, List.of(), i, i * 1_000_000L), samples);
        }

        ProfileView large =
                ProfileView.of(null, Objects.requireNonNull(acme().types().get("sort")), 20_000_000L);
        ProfileView small =
                ProfileView.of(null, Objects.requireNonNull(acme().types().get("sort")), 2_000_000L);

        assertThat(large.followsInput()).isTrue();
        assertThat(large.runSeconds().p50()).isBetween(15.0, 27.0);
        assertThat(small.runSeconds().p50()).isBetween(1.2, 4.0);
        assertThat(large.curves()).containsKey("memory-bytes");
        assertThat(Objects.requireNonNull(large.curves().get("memory-bytes"))
                        .steps()
                        .getLast()
                        .atMost())
                .isGreaterThanOrEqualTo(190 << 20);
    }

    @Test
    void arrivalsAreForecastAndTheForecastsAreJudged() {
        for (int i = 0; i < 2_000; i++) {
            submitted("acme", "tick", null, List.of());
            clock = clock.plusSeconds(5);
            learned.advance(clock);
        }

        ForecastView view =
                ForecastView.of(learned, SeriesKey.of(Learned.CELL, ACME, "tick"), List.of(Duration.ofSeconds(10)));
        List<Accuracy.Figure> figures = learned.accuracy().of(new SeriesKey(Learned.CELL, "acme", ""));

        assertThat(view.known()).isTrue();
        assertThat(view.horizons().getFirst().mean()).isBetween(1.5, 2.5);
        assertThat(figures.getFirst().slots()).isGreaterThan(400);
        assertThat(figures.getFirst().coverage().get(2)).isGreaterThan(0.9);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new AccuracyMetrics(registry).update(learned);
        assertThat(registry.get("warmfront.forecast.coverage.ratio")
                        .tags("slot_seconds", "10", "quantile", "0.95")
                        .gauge()
                        .value())
                .isGreaterThan(0.9);
        assertThat(registry.get("warmfront.forecast.expert.weight.ratio").tags("slot_seconds", "10").gauges().stream()
                        .mapToDouble(Gauge::value)
                        .sum())
                .isCloseTo(1, within(1e-3));
        assertThat(registry.find("warmfront.forecast.coverage.ratio")
                        .tagKeys("tenant")
                        .gauge())
                .isNull();
    }

    @Test
    void aTypeNeverSeenRunsAsLongAsTheTasksItLooksLike() {
        for (int i = 0; i < 20; i++) {
            lone("sort", 40);
            lone("pack", 3);
        }

        assertThat(acme().lifetime(spec("x", "unheard-of", "program of sort", List.of()))
                        .median())
                .isBetween(35.0, 45.0);
        assertThat(acme().lifetime(spec("x", "unheard-of", "another program", List.of()))
                        .median())
                .isBetween(3.0, 40.0);
        assertThat(acme().knownType("pack", new TaskClassifier.Traits("program of sort", "", "", -1, "")))
                .isEqualTo("pack");
    }

    @Test
    void aWorkflowsFootprintGoesOnFromWhatHasBegun() {
        for (int i = 0; i < 20; i++) {
            lone("split", 10);
            lone("map", 60);
        }
        List<UnfinishedTasks.Task> tasks = List.of(
                new UnfinishedTasks.Task(
                        spec("s", "split", "program of split", List.of()), TaskState.RUNNING, clock.minusSeconds(4)),
                new UnfinishedTasks.Task(spec("a", "map", "program of map", List.of("s")), TaskState.PENDING, null),
                new UnfinishedTasks.Task(spec("b", "map", "program of map", List.of("s")), TaskState.PENDING, null),
                new UnfinishedTasks.Task(
                        spec("gone", "split", "program of split", List.of()), TaskState.SUCCEEDED, null));

        FootprintView view = FootprintView.of("w", tasks, learned.tenant(ACME), clock, 1_500L);
        Predicted.Demand soon = Predicted.demand(learned, ACME, tasks, clock, Duration.ofSeconds(1));
        Predicted.Demand later = Predicted.demand(learned, ACME, tasks, clock, Duration.ofSeconds(30));

        assertThat(view.tasks()).isEqualTo(3);
        assertThat(view.peak().tasks()).isEqualTo(2);
        assertThat(view.peak().cpuMillis()).isEqualTo(2_000);
        assertThat(view.seconds()).isBetween(60.0, 72.0);
        assertThat(view.criticalPath()).hasSize(2);
        assertThat(view.criticalPath().getFirst().id()).isEqualTo("s");
        FootprintView.ContentionView contention = Objects.requireNonNull(view.contention());
        assertThat(Objects.requireNonNull(contention.fromSeconds())).isBetween(3.0, 9.0);
        assertThat(contention.seconds()).isBetween(50.0, 65.0);
        assertThat(soon.survivors()).isGreaterThan(0.8);
        assertThat(soon.successors()).isLessThan(0.4);
        assertThat(later.survivors()).isLessThan(0.2);
        assertThat(later.successors()).isGreaterThan(1.6);
        assertThat(later.whole().quantile(0.9)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whatIsKeptAndReadBackGoesOnTheSame() throws IOException {
        for (int i = 0; i < 200; i++) {
            lone(i % 3 == 0 ? "a" : "b", 1 + i % 4);
            submitted("other", "c", null, List.of());
            learned.advance(clock);
        }
        String open = submitted("acme", "a", null, List.of());

        Learned copy = Learned.read(RUNGS, 100, 3, new DataInputStream(new ByteArrayInputStream(written(learned))));

        assertThat(copy.place()).isEqualTo(learned.place());
        assertThat(copy.tenant(ACME).orElseThrow().context(open)).isEqualTo(acme().context(open));
        assertThat(written(copy)).isEqualTo(written(learned));
        assertThat(GraphView.of(copy.tenant(ACME).orElseThrow().graph())).isEqualTo(GraphView.of(acme().graph()));
    }

    @Test
    void damageIsNoticed() throws IOException {
        byte[] bytes = written(learned);
        bytes[0]++;

        assertThatThrownBy(() -> Learned.read(RUNGS, 100, 3, new DataInputStream(new ByteArrayInputStream(bytes))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theTenantSilentForLongestIsForgottenFirst() {
        for (String tenant : List.of("one", "two", "three", "two", "one", "four")) {
            submitted(tenant, "x", null, List.of());
            clock = clock.plusSeconds(1);
        }

        assertThat(learned.tenant(new TenantId("three"))).isEmpty();
        assertThat(learned.tenant(new TenantId("one"))).isPresent();
        assertThat(learned.tenant(new TenantId("four"))).isPresent();
    }

    @Test
    void manySamplesAreFoldedAndPeaksStay() {
        Samples samples = new Samples();
        for (int i = 0; i < 10_000; i++) {
            samples.add(i, i == 7_777 ? 9_000 : 100, 1, 0, 0);
        }

        assertThat(samples.times().length).isLessThan(300);
        assertThat(samples.times()).isSorted();
        assertThat(samples.use(ResourceKind.CPU_MILLIS)).contains(9_000);
    }

    @Test
    void whatFollowsWithoutAWorkflowIsToldToWhoeverLooksAhead() {
        for (int run = 0; run < 3; run++) {
            lone("prepare", 2);
            List<String> trained = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                trained.add(submitted("acme", "train", null, List.of()));
            }
            trained.forEach(task -> ended(task, "acme", "train", null, 5));
            clock = clock.plusSeconds(3_600);
            learned.advance(clock);
        }

        List<Follows> known = acme().successors(clock).getOrDefault("prepare", List.of());
        assertThat(known).hasSize(1);
        assertThat(known.getFirst().taskType()).isEqualTo("train");
        assertThat(known.getFirst().count()).isEqualTo(6);
        assertThat(learned.successors(clock)).containsOnlyKeys(ACME);
    }

    private TenantLearned acme() {
        return learned.tenant(ACME).orElseThrow();
    }

    private void lone(String type, int seconds) {
        String task = submitted("acme", type, null, List.of());
        clock = clock.plusSeconds(seconds);
        ended(task, "acme", type, null, seconds);
        clock = clock.plusSeconds(1);
    }

    private String submitted(String tenant, String type, @Nullable String workflow, List<String> parents) {
        String task = "t" + number++;
        learned.learn(
                episode(Episode.Kind.SUBMITTED, task, tenant, type, workflow, parents, Double.NaN, -1), Samples.NONE);
        return task;
    }

    private void ended(String task, String tenant, String type, @Nullable String workflow, double seconds) {
        learned.learn(episode(Episode.Kind.ENDED, task, tenant, type, workflow, List.of(), seconds, -1), Samples.NONE);
    }

    private Episode episode(
            Episode.Kind kind,
            String task,
            String tenant,
            String type,
            @Nullable String workflow,
            List<String> parents,
            double seconds,
            long bytes) {
        return new Episode(
                new Episode.Place(clock, kind, tenant, task),
                workflow,
                type,
                new TaskTraits("signature of " + type, bytes),
                parents,
                seconds,
                1,
                new TaskClassifier.Traits("program of " + type, "", "", bytes, type));
    }

    private static TaskSpec spec(String id, String type, String program, List<String> parents) {
        return new TaskSpec(
                ACME,
                new TaskId(id),
                new WorkflowId("w"),
                type,
                type,
                new Command(List.of(program), new TreeMap<>()),
                Environment.GENERIC.id(),
                Resources.of(1_000, 1 << 20),
                5,
                Duration.ofHours(1),
                RetryPolicy.NONE,
                parents.stream().map(TaskId::new).toList(),
                TaskTraits.NONE);
    }

    private static byte[] written(Learned learned) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        learned.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
