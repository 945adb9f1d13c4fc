package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

final class TaskGraphTest {

    private final TaskGraph graph = new TaskGraph(1000);

    private static Followed followed(String before, String type, int size, int parents, String... next) {
        List<Followed.Successor> successors = new ArrayList<>();
        for (String one : next) {
            successors.add(new Followed.Successor(one, 2, 100, parents));
        }
        return new Followed(before, type, size, RunShape.NONE, successors);
    }

    private static String[] times(String type, int count) {
        return Collections.nCopies(count, type).toArray(String[]::new);
    }

    @Test
    void nothingIsExpectedOfAnUnknownTenant() {
        SuccessorForecast forecast = graph.predict("", "split", 7);

        assertThat(forecast.expected()).isEmpty();
        assertThat(forecast.support()).isZero();
        assertThat(graph.chains(0.5, 10)).isEmpty();
    }

    @Test
    void successorsAreSetsWithMultiplicity() {
        for (int i = 0; i < 5; i++) {
            graph.learn(followed("", "split", 7, 1, times("blast", 40)));
            graph.learn(followed("split", "blast", 7, 40, "cat"));
        }

        SuccessorForecast forecast = graph.predict("", "split", 7);

        assertThat(forecast.order()).isEqualTo(3);
        assertThat(forecast.likely(0.5).counts()).containsEntry("blast", 40).hasSize(1);
        assertThat(forecast.expected().getFirst().delay().quantile(0.5)).isBetween(1.0, 4.0);
        assertThat(forecast.expected().getFirst().meanBytes()).isEqualTo(100);
    }

    @Test
    void aJoinCountsOnceNotOncePerParent() {
        for (int i = 0; i < 40; i++) {
            graph.learn(followed("split", "blast", 7, 40, "cat"));
        }

        SuccessorForecast.Expected cat =
                graph.predict("split", "blast", 7).expected().getFirst();

        assertThat(cat.probability()).isGreaterThan(0.95);
        assertThat(40 * cat.meanNew()).isCloseTo(1, within(0.05));
    }

    @Test
    void thePredecessorTellsApartWhatTheTypeAloneDoesNot() {
        for (int i = 0; i < 20; i++) {
            graph.learn(followed("a", "check", -1, 1, "publish"));
            graph.learn(followed("b", "check", -1, 1, "repair"));
        }

        assertThat(graph.predict("a", "check", -1).likely(0.5).counts()).containsOnlyKeys("publish");
        assertThat(graph.predict("b", "check", -1).likely(0.5).counts()).containsOnlyKeys("repair");
        assertThat(graph.predict("c", "check", -1).order()).isEqualTo(1);
    }

    @Test
    void aFanOutOfASizeNeverSeenFollowsWhatSizesHaveDone() {
        for (int i = 0; i < 4; i++) {
            graph.learn(followed("", "split", 10, 1, times("part", 16)));
            graph.learn(followed("", "split", 12, 1, times("part", 64)));
        }

        assertThat(graph.predict("", "split", 12).likely(0.5).count("part")).isEqualTo(64);
        assertThat(graph.predict("", "split", 13).likely(0.5).count("part")).isBetween(70, 140);
    }

    @Test
    void whatChangedIsForgotten() {
        for (int i = 0; i < 30; i++) {
            graph.learn(followed("", "a", -1, 1, "b"));
        }
        for (int i = 0; i < 100; i++) {
            graph.learn(followed("", "a", -1, 1, "c"));
        }

        assertThat(graph.predict("", "a", -1).likely(0.5).counts()).containsOnlyKeys("c");
    }

    @Test
    void chancesFallAndStayChancesWhateverIsLearned() {
        Seeds.check(50, random -> {
            TaskGraph mined = new TaskGraph(4 + random.nextInt(40));
            for (int i = 0; i < 300; i++) {
                String[] next = new String[random.nextInt(6)];
                for (int n = 0; n < next.length; n++) {
                    next[n] = "t" + random.nextInt(12);
                }
                mined.learn(
                        followed("t" + random.nextInt(4), "t" + random.nextInt(12), random.nextInt(5) - 1, 1, next));
                for (SuccessorForecast.Expected one :
                        mined.predict("t1", "t" + random.nextInt(14), 2).expected()) {
                    assertThat(one.probability()).isBetween(0.0, 1.0);
                    assertThat(one.atLeast()).isSortedAccordingTo(Collections.reverseOrder());
                    assertThat(one.meanNew()).isGreaterThanOrEqualTo(0);
                }
            }
        });
    }

    @Test
    void chainsBeginWhereNothingLeadsAndScoreWhatTheySave() {
        for (int i = 0; i < 10; i++) {
            graph.learn(followed("", "fetch", -1, 1, "align"));
            graph.learn(followed("fetch", "align", -1, 1, "merge"));
            graph.learn(followed("align", "merge", -1, 1));
        }

        Chain chain = graph.chains(0.5, 10).getFirst();

        assertThat(chain.first()).isEqualTo("fetch");
        assertThat(chain.links()).extracting(Chain.Link::taskType).containsExactly("align", "merge");
        assertThat(chain.probability()).isGreaterThan(0.9);
        assertThat(chain.meanBytes()).isEqualTo(200);
        assertThat(chain.score(60, 1, 0, 0)).isCloseTo(60 * 2, within(12.0));
        assertThat(chain.score(60, 0, 1, 10)).isNegative();
    }

    @Test
    void savedAndReadBackItPredictsTheSame() throws IOException {
        for (int i = 0; i < 20; i++) {
            graph.learn(followed("", "split", i % 3, 1, times("part", 10 + i % 3)));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        graph.write(new DataOutputStream(bytes));
        TaskGraph copy = TaskGraph.read(1000, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(copy.predict("", "split", 1).likely(0.3))
                .isEqualTo(graph.predict("", "split", 1).likely(0.3));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        copy.write(new DataOutputStream(again));
        assertThat(again.size()).isEqualTo(bytes.size());
        assertThatThrownBy(() ->
                        TaskGraph.read(1000, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray(), 0, 40))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void minesWhatFollowsWithinAWindow() {
        SuccessorMiner miner = new SuccessorMiner(graph, 60);
        double now = 0;
        for (int run = 0; run < 10; run++) {
            String before = miner.submitted("prepare", 5, now);
            miner.ended(before, "prepare", 5, now + 30);
            String led = miner.submitted("train", 5, now + 35);
            miner.submitted("watch", 5, now + 36);
            miner.ended(led, "train", 5, now + 90);
            now += 1000;
        }
        miner.advance(now);

        assertThat(graph.predict("", "prepare", 5).likely(0.5).counts()).containsOnlyKeys("train", "watch");
        assertThat(graph.predict("prepare", "train", 5).likely(0.5).counts()).isEmpty();
        miner.advance(-5);
    }
}
