package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.TaskId;
import java.util.List;
import org.junit.jupiter.api.Test;

class BillingTest {

    private final TestCell cell = new TestCell();

    private static List<Charge> charges(Decision decision) {
        return decision.changes().stream()
                .filter(Change.ChargeMade.class::isInstance)
                .map(change -> ((Change.ChargeMade) change).charge())
                .toList();
    }

    @Test
    void aLostMachineIsNotChargedAsWorkOfWhatItRan() {
        cell.offers(Fixtures.SMALL)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        InstanceId instance = cell.onlyInstance().id();
        List<Charge> worked = charges(cell.after(40).decide(new Event.InstanceSilent(instance)));

        List<Charge> lost = charges(cell.after(60).tick());

        assertThat(worked).extracting(Charge::kind).contains(ChargeKind.ACTIVE);
        assertThat(lost).hasSize(1).allSatisfy(charge -> {
            assertThat(charge.kind()).isEqualTo(ChargeKind.LAUNCH);
            assertThat(charge.tenant()).hasToString("ann");
            assertThat(charge.cause()).isEqualTo(new TaskId("t-1"));
        });
    }
}
