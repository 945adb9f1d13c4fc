package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.Followed;
import dev.warmfront.forecast.RunShape;
import dev.warmfront.forecast.TaskGraph;
import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks of ann's in no workflow; whatever was learned of them, they run ten seconds. */
class SuccessorsTest {

    private static final String POOL = "pool";
    private static final String OTHER = "other";
    private static final TenantId ANN = new TenantId("ann");

    private final Successors<String> successors = new Successors<>();
    private int number;

    private static Follows follows(String type, double count) {
        return new Follows(type, 1, count, 0, 1);
    }

    private static Follows later(String type, double count) {
        return new Follows(type, 1, count, 20, 30);
    }

    private void learned(String type, Follows... follows) {
        successors.learned(ANN, new TreeMap<>(Map.of(type, List.of(follows))));
    }

    private TaskSpec task(String type) {
        return Fixtures.ofType(Fixtures.task("ann", type + number++), type);
    }

    /** Submits one that begins at once. */
    private TaskSpec begun(String type, String home, double at) {
        TaskSpec task = task(type);
        successors.wanted(task, home, 1, at);
        successors.began(task, at);
        return task;
    }

    private void ran(String type, String home) {
        successors.over(begun(type, home, 0), 10);
    }

    @Test
    void moreThanTakeAPlaceAreForeseenBeforeTheEnd() {
        ran("split", POOL);
        ran("work", POOL);
        learned("split", follows("work", 40));
        begun("split", POOL, 100);

        assertThat(successors.isKnownAt(POOL)).isTrue();
        assertThat(successors.most(POOL, 101, 109)).as("too far").isZero();
        assertThat(successors.most(POOL, 101, 110)).as("one takes over").isEqualTo(39);
        assertThat(successors.most(OTHER, 101, 110)).isZero();
    }

    @Test
    void aChainNeedsNoMoreThanItHas() {
        ran("a", POOL);
        ran("b", POOL);
        learned("a", follows("b", 1));
        begun("a", POOL, 100);

        assertThat(successors.isKnownAt(POOL)).isFalse();
        assertThat(successors.most(POOL, 100, 500)).isZero();
    }

    @Test
    void aChainIntoAnotherPoolIsForeseenThere() {
        ran("a", POOL);
        ran("b", OTHER);
        learned("a", follows("b", 1));
        begun("a", POOL, 100);

        assertThat(successors.most(OTHER, 100, 110)).isEqualTo(1);
        assertThat(successors.most(POOL, 100, 110)).isZero();
    }

    @Test
    void whatIsLikelyInPartIsExpectedInPart() {
        ran("a", POOL);
        ran("b", POOL);
        learned("a", new Follows("b", 0.25, 10, 0, 1));
        for (int i = 0; i < 4; i++) {
            begun("a", POOL, 100);
        }

        assertThat(successors.most(POOL, 100, 110)).isEqualTo(36);
    }

    @Test
    void severalGenerationsAreForeseen() {
        ran("a", POOL);
        ran("b", POOL);
        ran("c", POOL);
        successors.learned(ANN, new TreeMap<>(Map.of("a", List.of(follows("b", 1)), "b", List.of(follows("c", 5)))));
        begun("a", POOL, 100);

        assertThat(successors.most(POOL, 100, 110)).isZero();
        assertThat(successors.most(POOL, 100, 120)).isEqualTo(4);
    }

    @Test
    void whatComesLongAfterTheEndIsAwaitedUntilItHasCome() {
        ran("a", POOL);
        ran("b", POOL);
        learned("a", later("b", 3));
        TaskSpec first = begun("a", POOL, 100);
        successors.over(first, 110);

        assertThat(successors.most(POOL, 115, 129)).isZero();
        assertThat(successors.most(POOL, 115, 130)).isEqualTo(3);
        begun("b", POOL, 131);
        begun("b", POOL, 131);
        assertThat(successors.most(POOL, 132, 133)).isEqualTo(1);
        assertThat(successors.most(POOL, 141, 200))
                .as("it does not come any more")
                .isZero();
    }

    @Test
    void tasksOfAWorkflowHaveNoExpectationsOfTheKind() {
        ran("split", POOL);
        ran("work", POOL);
        learned("split", follows("work", 40));
        TaskSpec declared = Fixtures.inWorkflow(task("split"), "w", List.of());
        successors.wanted(declared, POOL, 1, 100);
        successors.began(declared, 100);

        assertThat(successors.most(POOL, 101, 200)).isZero();
    }

    @Test
    void whateverIsLearnedExpectationsAreBoundedAndTheSameAgain() {
        Seeds.check(30, random -> {
            long seed = random.nextLong();
            List<Double> once = expectations(new Random(seed));
            assertThat(once).allMatch(one -> one >= 0 && one <= 10_000);
            assertThat(expectations(new Random(seed))).isEqualTo(once);
        });
    }

    private static List<Double> expectations(RandomGenerator random) {
        Successors<String> any = new Successors<>();
        List<Double> seen = new ArrayList<>();
        List<TaskSpec> running = new ArrayList<>();
        List<String> types = List.of("a", "b", "c", "d");
        double time = 0;
        for (int i = 0; i < 300; i++) {
            time += random.nextDouble(5);
            int what = random.nextInt(10);
            if (what == 0) {
                TreeMap<String, List<Follows>> known = new TreeMap<>();
                for (String type : types) {
                    double delay = random.nextInt(30);
                    known.put(
                            type,
                            List.of(new Follows(
                                    types.get(random.nextInt(4)),
                                    0.01 + 0.99 * random.nextDouble(),
                                    0.01 + random.nextInt(4000),
                                    delay,
                                    delay + random.nextInt(30))));
                }
                any.learned(ANN, known);
            } else if (what < 7 || running.isEmpty()) {
                TaskSpec task = Fixtures.ofType(Fixtures.task("ann", "t" + i), types.get(random.nextInt(4)));
                any.wanted(task, random.nextBoolean() ? POOL : OTHER, 1.0 / (1 + random.nextInt(3)), time);
                any.began(task, time);
                running.add(task);
            } else {
                any.over(running.remove(random.nextInt(running.size())), time);
            }
            seen.add(any.most(POOL, time, time + random.nextInt(300)));
        }
        return seen;
    }

    @Test
    void aGraphTellsWhatFollowsATypeMoreThanAnyOther() {
        TaskGraph graph = new TaskGraph(100);
        for (int run = 0; run < 3; run++) {
            graph.learn(followed("split", Collections.nCopies(20, "work")));
            for (int i = 0; i < 20; i++) {
                graph.learn(followed("work", List.of("noise")));
            }
            graph.learn(followed("idle", List.of()));
        }
        SortedMap<String, List<Follows>> known = Follows.known(graph);

        assertThat(known).containsOnlyKeys("split");
        Follows work = known.getOrDefault("split", List.of()).getFirst();
        assertThat(work.taskType()).isEqualTo("work");
        assertThat(work.count()).isEqualTo(20);
        assertThat(work.chance()).isBetween(0.8, 1.0);
        assertThat(work.latestSeconds()).isBetween(1.0, 4.0);
    }

    private static Followed followed(String type, List<String> successors) {
        return new Followed(
                "",
                type,
                -1,
                RunShape.NONE,
                successors.stream()
                        .map(next -> new Followed.Successor(next, 2, 0, 1))
                        .toList());
    }

    @Test
    void aGraphThatGrowsTellsABoundedPartOfIt() {
        TaskGraph graph = new TaskGraph(4_000);
        for (int i = 0; i < 1_000; i++) {
            int type = i;
            graph.learn(followed(
                    "t" + i,
                    IntStream.range(0, 20)
                            .mapToObj(next -> "s" + type + "." + next)
                            .toList()));
        }
        SortedMap<String, List<Follows>> known = Follows.known(graph);

        assertThat(known.size()).isBetween(1, Follows.TYPES_MAX);
        assertThat(known.values()).allMatch(one -> one.size() <= Follows.FOLLOWING_MAX);
    }
}
