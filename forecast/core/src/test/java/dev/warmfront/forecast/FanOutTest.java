package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.testing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fan-outs that nothing tells but the run's shape. */
final class FanOutTest {

    private final TaskGraph graph = new TaskGraph(1000);
    private int runs;

    /** A run of {@code width} fetches and one build, after which come {@code fanOut} alignments. */
    private void run(int width, int fetchSize, int fanOut) {
        RunSoFar run = begun(width, fetchSize);
        graph.learn(followed("build", run.ended("build"), times("align", fanOut)));
    }

    private RunSoFar begun(int width, int fetchSize) {
        RunSoFar run = new RunSoFar("run " + runs++);
        for (int i = 0; i < width; i++) {
            run.submitted("fetch", fetchSize);
        }
        run.submitted("build", 7);
        return run;
    }

    private static Followed followed(String type, RunShape shape, List<String> next) {
        List<Followed.Successor> successors = new ArrayList<>();
        next.forEach(one -> successors.add(new Followed.Successor(one, 2, 100, 1)));
        return new Followed("", type, 7, shape, successors);
    }

    private static List<String> times(String type, int count) {
        return Collections.nCopies(count, type);
    }

    private int told(int width, int fetchSize) {
        return graph.predict("", "build", 7, begun(width, fetchSize).seenBy("build"))
                .likely(0.5)
                .count("align");
    }

    @Test
    void asManyAsThereAreTasksOfATypeIsTakenUpAfterOneRun() {
        run(10, 20, 10);

        assertThat(told(30, 20)).isEqualTo(30);
        assertThat(graph.predict("", "build", 7).likely(0.5).count("align")).isEqualTo(10);
    }

    @Test
    void aCoincidenceIsDroppedOnceItFails() {
        run(10, 20, 10);
        run(30, 20, 10);

        assertThat(told(90, 20)).isEqualTo(10);
    }

    @Test
    void aFanOutThatWidthsDoNotMoveStaysWhateverTheWidth() {
        for (int width : new int[] {40, 5, 20, 160}) {
            run(width, 20, 7);
            assertThat(told(width * 3, 20)).isEqualTo(7);
        }
    }

    @Test
    void aPowerOfTheWidthIsHeardOnceTwoWidthsAreKnown() {
        run(16, 20, 5);
        assertThat(told(64, 20)).isEqualTo(5);
        run(64, 20, 20);

        assertThat(told(256, 20)).isBetween(60, 80);
        assertThat(told(16, 20)).isEqualTo(5);
    }

    @Test
    void anotherTypesInputTellsTheSizeOfTheRun() {
        run(1, 20, 1000);
        run(1, 12, 100);

        // The fetches' input was seen before, its own says nothing.
        assertThat(told(1, 20)).isEqualTo(1000);
        assertThat(told(1, 12)).isEqualTo(100);
    }

    @Test
    void tasksOfOneRunCountOnce() {
        run(10, 20, 10);
        RunSoFar wide = begun(30, 20);
        for (int i = 0; i < 50; i++) {
            graph.learn(followed("build", wide.ended("build"), times("align", 30)));
        }
        run(10, 20, 10);

        assertThat(told(20, 20)).isEqualTo(20);
    }

    @Test
    void whereNoRunIsKnownTheContextsAnswer() {
        run(10, 20, 10);
        run(30, 20, 30);

        assertThat(graph.predict("", "build", 7, RunShape.NONE)).isEqualTo(graph.predict("", "build", 7));
        assertThat(graph.predict("", "unheard-of", 7, begun(3, 3).seenBy("unheard-of"))
                        .expected())
                .isEqualTo(graph.predict("", "unheard-of", 7).expected());
    }

    @Test
    void chancesFallAndStayChancesWhateverRunsShow() {
        Seeds.check(40, random -> {
            TaskGraph mined = new TaskGraph(200);
            for (int i = 0; i < 60; i++) {
                RunSoFar run = new RunSoFar("r" + random.nextInt(30));
                for (int t = random.nextInt(40); t >= 0; t--) {
                    run.submitted("t" + random.nextInt(15), random.nextInt(40) - 1);
                }
                String type = "t" + random.nextInt(4);
                List<String> next = times("t" + random.nextInt(3), random.nextInt(random.nextInt(20) == 0 ? 5000 : 12));
                Followed followed = followed(type, run.ended(type), next);
                for (SuccessorForecast.Expected one : mined.predict(
                                followed.before(), type, followed.sizeBucket(), followed.shape())
                        .expected()) {
                    assertThat(one.probability()).isBetween(0.0, 1.0);
                    assertThat(one.atLeast()).isSortedAccordingTo(Collections.reverseOrder());
                    assertThat(one.atLeast().size()).isLessThanOrEqualTo(4096);
                    assertThat(one.meanNew()).isGreaterThanOrEqualTo(0).isFinite();
                }
                mined.learn(followed);
            }
        });
    }

    @Test
    void aShapeIsWhatTheFirstTaskOfItsTypeSaw() {
        RunSoFar run = begun(10, 20);
        RunShape first = run.ended("build");
        run.submitted("align", 3);

        assertThat(run.ended("build")).isEqualTo(first);
        assertThat(first.stages()).containsOnlyKeys("fetch", "build");
        assertThat(first.stages().get("fetch")).isEqualTo(new RunShape.Stage(10, 20));
        assertThat(run.seenBy("fetch").stages()).containsKey("align");
        assertThat(new RunSoFar("").ended("build")).isEqualTo(RunShape.NONE);
    }

    @Test
    void whatIsKeptOfARunIsBounded() throws IOException {
        RunSoFar run = new RunSoFar("r");
        for (int i = 0; i < 1000; i++) {
            run.submitted("t" + i, -1);
            run.ended("t" + i);
        }

        assertThat(run.seenBy("t3").stages().size()).isLessThanOrEqualTo(RunShape.STAGES_MAX);
        assertThat(run.seenBy("t999")).isEqualTo(RunShape.NONE);
        assertThat(saved(run).length).isLessThan(64 * 12 * 16);
        assertThatThrownBy(() -> new RunShape.Stage(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void savedAndReadBackItSaysTheSame() throws IOException {
        run(10, 20, 10);
        run(12, 14, 12);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        graph.write(new DataOutputStream(bytes));
        TaskGraph copy = TaskGraph.read(1000, read(bytes.toByteArray()));
        RunSoFar half = begun(5, 6);
        half.ended("build");
        half.submitted("align", -1);
        RunSoFar halfCopy = RunSoFar.read(read(saved(half)));

        assertThat(copy.predict("", "build", 7, half.ended("build")).likely(0.5))
                .isEqualTo(graph.predict("", "build", 7, half.ended("build")).likely(0.5));
        assertThat(halfCopy.ended("build")).isEqualTo(half.ended("build"));
        assertThat(halfCopy.seenBy("fetch")).isEqualTo(half.seenBy("fetch"));
        assertThatThrownBy(() -> RunSoFar.read(new DataInputStream(new ByteArrayInputStream(saved(half), 0, 20))))
                .isInstanceOf(IOException.class);
    }

    private static byte[] saved(RunSoFar run) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        run.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream read(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Test
    void whatComesWithoutAPauseIsOneRun() throws IOException {
        SuccessorMiner miner = new SuccessorMiner(graph, 60);
        double now = 0;
        for (int width : new int[] {6, 12}) {
            mined(miner, now, width);
            now += 10_000;
        }
        for (int i = 0; i < 24; i++) {
            miner.submitted("fetch", 20, now);
        }
        miner.submitted("build", 7, now);
        SuccessorMiner copy = new SuccessorMiner(graph, 60);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        miner.write(new DataOutputStream(bytes));
        copy.read(read(bytes.toByteArray()));

        RunShape shape = miner.shape("build");

        assertThat(shape.stages().get("fetch")).isEqualTo(new RunShape.Stage(24, 20));
        assertThat(copy.shape("build")).isEqualTo(shape);
        assertThat(graph.predict("", "build", 7, shape).likely(0.5).count("align"))
                .isEqualTo(24);
    }

    /** The build ends first, and as many alignments follow as there are fetches; one fetch's end is never told. */
    private static void mined(SuccessorMiner miner, double now, int width) {
        for (int i = 0; i < width; i++) {
            miner.submitted("fetch", 20, now);
        }
        String before = miner.submitted("build", 7, now);
        miner.ended(before, "build", 7, now + 5);
        for (int i = 0; i < width; i++) {
            miner.submitted("align", 9, now + 6);
        }
        for (int i = 0; i < width; i++) {
            miner.ended("build", "align", 9, now + 100);
        }
        for (int i = 1; i < width; i++) {
            miner.ended("", "fetch", 20, now + 200);
        }
        miner.lost();
        miner.advance(now + 5_000);
    }
}
