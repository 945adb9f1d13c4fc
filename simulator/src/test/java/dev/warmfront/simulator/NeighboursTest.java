package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What one tenant's surge does to those who share a pool with it. */
class NeighboursTest {

    private static final long SECOND = 1_000_000;
    private static final long HOUR = 3600 * SECOND;
    private static final long SURGE = 4 * HOUR;

    /** Ten slots of a launch: a tenth of what is remembered, about when a surge becomes the usual. */
    private static final long END = SURGE + HOUR / 3;

    private static final int LAUNCH = 120;

    private record Begun(String type, Instant at, double waited) {}

    private static Submission one(long at, String tenant, double runtime) {
        return new Submission(at, tenant, List.of(new TraceTask(tenant, Math.round(runtime * SECOND), List.of())));
    }

    /** One tenant with long tasks, {@code times} as many from the fifth hour on, and ten with short ones. */
    private static ListTrace trace(RandomGenerator random, int times) {
        List<Submission> all = new ArrayList<>();
        for (long at = 0; at < END; at += Math.round(-Math.log(random.nextDouble()) * 15 * SECOND)) {
            for (int i = 0; i < (at < SURGE ? 1 : times); i++) {
                all.add(one(at, "heavy", 300));
            }
        }
        for (int tenant = 0; tenant < 10; tenant++) {
            for (long at = 0; at < END; at += Math.round(-Math.log(random.nextDouble()) * 12 * SECOND)) {
                all.add(one(at, "light-" + tenant, 1 + 8 * random.nextDouble()));
            }
        }
        all.sort(Comparator.comparingLong(Submission::submitMicros).thenComparing(Submission::tenant));
        return new ListTrace("neighbours", all, 0);
    }

    private static List<Begun> play(ListTrace trace) {
        ReplayOptions options = ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(LAUNCH), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(0.08, 0.02, ReplayOptions.DEFAULT.waitPrice())
                .withProtocol(0.5, Duration.ofHours(3), Duration.ofSeconds(10), 1);
        List<Begun> begun = new ArrayList<>();
        Watcher watcher = (event, decision, now) -> {
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                        && trigger == TaskTrigger.ASSIGNED
                        && task.eligibleAt() != null
                        && task.assignedAt() != null) {
                    begun.add(new Begun(
                            task.spec().taskType(),
                            task.eligibleAt(),
                            Duration.between(task.eligibleAt(), task.assignedAt())
                                            .toNanos()
                                    / 1e9));
                }
            }
        };
        PolicyFamily warmfront =
                (PolicyFamily) Contestants.named(List.of("warmfront")).getFirst();
        new Replay(trace, options).simulate(warmfront.at(1, options), "", List.of(watcher));
        return begun;
    }

    private static List<Begun> surging(List<Begun> all, boolean heavy) {
        Instant from = Simulation.instantOf(SURGE);
        return all.stream()
                .filter(one -> !one.at().isBefore(from) && one.type().equals("heavy") == heavy)
                .toList();
    }

    @Test
    void mostOthersDoNotWaitForTheMachinesOfASurgeAndItWaitsForNoLongerThanTheyTake() {
        Seeds.check(4, random -> {
            ListTrace trace = trace(random, 3 + random.nextInt(8));
            List<Begun> played = play(trace);
            List<Begun> others = surging(played, false);
            // Without what the heavy tenant leaves to them three in five wait.
            assertThat(others.stream().filter(one -> one.waited() > 0).count())
                    .as("of %d tasks of the others", others.size())
                    .isLessThan(others.size() / 5);
            assertThat(played).as("nobody starves").hasSameSizeAs(trace.submissions());
            assertThat(surging(played, true))
                    .allSatisfy(one -> assertThat(one.waited()).isLessThan(3 * LAUNCH));
            assertThat(play(trace)).as("the same again").isEqualTo(played);
        });
    }
}
