package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A provider that lacks capacity is asked little, and much again once it has some. */
class StockOutTest {

    private static final int WANTED = 60;
    private static final ProviderOutcome NONE = new ProviderOutcome.InsufficientCapacity("z1", "small");

    private final TestCell cell = new TestCell();

    /** Each task fills a machine. */
    private void wantMany() {
        cell.offers(Fixtures.SMALL)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofMinutes(10), 1_000));
        for (int i = 0; i < WANTED; i++) {
            cell.submit(Fixtures.task("ann", "t-" + i, Resources.of(2000, Fixtures.GIB)));
        }
    }

    private List<Intent> launches() {
        return cell.open(Intent.Kind.LAUNCH);
    }

    @Test
    void asksOnceAfterAPauseAndThenAsManyAsWereAcceptedAndOneMore() {
        wantMany();
        assertThat(launches()).hasSize(WANTED);
        launches().forEach(launch -> cell.answer(launch, NONE));
        assertThat(launches()).isEmpty();
        cell.after(31).tick();
        for (int window = 1; window <= Refusals.TRUSTED; window *= 2) {
            assertThat(launches()).hasSize(window);
            launches().forEach(launch -> cell.answer(launch, accepted(launch)));
        }
        assertThat(launches()).hasSize(WANTED - (2 * Refusals.TRUSTED - 1));
    }

    @Test
    void asksOnceForEachPauseWhereThereIsNothing() {
        wantMany();
        launches().forEach(launch -> cell.answer(launch, NONE));
        for (int pause = 0; pause < 10; pause++) {
            cell.after(31).tick();
            assertThat(launches()).hasSize(1);
            launches().forEach(launch -> cell.answer(launch, NONE));
        }
    }

    @Test
    void doesNotWaitForAProbeThatIsGivenUp() {
        wantMany();
        launches().forEach(launch -> cell.answer(launch, NONE));
        cell.after(31).tick();
        assertThat(launches()).hasSize(1);
        Intent given = launches().getFirst();
        cell.decide(new Event.DrainRequested(given.instance()));
        assertThat(launches()).filteredOn(launch -> !launch.equals(given)).hasSize(1);
    }

    @Test
    void neverHasMoreUnansweredLaunchesAfterAShortageThanWereAcceptedSinceAndOne() {
        Seeds.check(200, StockOutTest::live);
    }

    private static void live(RandomGenerator random) {
        StockOutTest test = new StockOutTest();
        test.wantMany();
        boolean isShort = false;
        int acceptedSince = 0;
        Set<Intent> since = new HashSet<>();
        Set<Intent> before = new HashSet<>(test.launches());
        for (int step = 0; step < 300; step++) {
            List<Intent> open = new ArrayList<>(test.launches());
            if (open.isEmpty() || random.nextInt(4) == 0) {
                test.cell.after(random.nextInt(20)).tick();
            } else {
                Intent launch = open.get(random.nextInt(open.size()));
                boolean has = random.nextInt(10) < 6;
                test.cell.answer(launch, has ? accepted(launch) : NONE);
                isShort |= !has;
                acceptedSince = has ? acceptedSince + 1 : 0;
                if (!has) {
                    before.addAll(open);
                }
            }
            since.clear();
            since.addAll(test.launches());
            since.removeAll(before);
            if (isShort && acceptedSince < Refusals.TRUSTED) {
                assertThat(since)
                        .as("asked since the last shortage and not answered, after %d", acceptedSince)
                        .hasSizeLessThanOrEqualTo(acceptedSince + 1);
            }
        }
    }

    private static ProviderOutcome accepted(Intent launch) {
        return new ProviderOutcome.Accepted("m-" + launch.instance());
    }
}
