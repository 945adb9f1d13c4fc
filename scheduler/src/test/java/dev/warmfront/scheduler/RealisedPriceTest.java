package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Of a group one of several types is launched: it is charged at what that one costs. */
class RealisedPriceTest {

    private final TestCell cell = new TestCell();

    RealisedPriceTest() {
        cell.offers(Fixtures.SMALL)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofHours(1), 5));
        cell.submit(Fixtures.task("ann", "t-1", Resources.of(2000, Fixtures.GIB)));
    }

    private void accept(String dollars) {
        cell.answer(cell.openIntent(Intent.Kind.LAUNCH), new ProviderOutcome.Accepted("m-1", Fixtures.rate(dollars)));
    }

    @Test
    void isChargedFromTheAnswerOn() {
        accept("0.036");
        cell.after(72).tick();
        assertThat(cell.onlyInstance().pool().offering()).isEqualTo(Fixtures.SMALL.id());
        assertThat(cell.onlyInstance().cost()).isEqualTo(Fixtures.rate("0.036").costOf(Duration.ofSeconds(72)));
    }

    @Test
    void isChargedAtTheOfferingsPriceUntilTheAnswerWhereTheAgentWasQuicker() {
        Instance instance = cell.onlyInstance();
        cell.decide(new Event.AgentRegistered(instance.id()));
        cell.after(36);
        accept("0.036");
        cell.after(72).tick();
        assertThat(cell.onlyInstance().cost())
                .isEqualTo(Fixtures.SMALL
                        .hotRate()
                        .costOf(Duration.ofSeconds(36))
                        .plus(Fixtures.rate("0.036").costOf(Duration.ofSeconds(72))));
    }
}
