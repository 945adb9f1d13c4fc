package dev.warmfront.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.WarmfrontPolicy;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SuccessorTellerTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final TenantId ACME = new TenantId("acme");
    private static final PoolSettings LOOKING_AHEAD =
            new PoolSettings(WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE);

    private final SuccessorTeller teller = new SuccessorTeller();
    private final List<Event> told = new ArrayList<>();
    private boolean failing;
    private final CellInbox inbox = (event, once) -> {
        told.add(event);
        return failing
                ? Uni.createFrom().failure(new IllegalStateException("the inbox is full"))
                : Uni.createFrom().item(Answer.DONE);
    };

    private static SortedMap<TenantId, SortedMap<String, List<Follows>>> known(int count) {
        return new TreeMap<>(
                Map.of(ACME, new TreeMap<>(Map.of("split", List.of(new Follows("work", 0.9, count, 0, 1))))));
    }

    private void tell(int count, int second) {
        teller.tell(() -> known(count), inbox, START.plusSeconds(second));
    }

    private void wanted() {
        teller.committed(List.of(new Change.PoolChanged(null, LOOKING_AHEAD)), START);
    }

    private static CellState state() {
        return CellState.empty(CellSettings.defaults(new CellId("c")));
    }

    @Test
    void nobodyIsToldWhereNoPolicyLooksAhead() {
        teller.reloaded(state(), START);
        tell(4, 0);
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsNewIsToldAtMostEveryFewSeconds() {
        wanted();
        tell(4, 0);
        tell(5, 1);
        tell(5, 10);
        tell(5, 20);
        assertThat(told)
                .containsExactly(
                        new Event.SuccessorsLearned(ACME, known(4).getOrDefault(ACME, new TreeMap<>())),
                        new Event.SuccessorsLearned(ACME, known(5).getOrDefault(ACME, new TreeMap<>())));
    }

    @Test
    void aCellThatWasReadAgainIsToldAgain() {
        wanted();
        tell(4, 0);
        CellState state = state();
        state.apply(new Change.PoolChanged(null, LOOKING_AHEAD));
        teller.reloaded(state, START);
        tell(4, 1);
        assertThat(told).hasSize(2);
        teller.released();
        tell(5, 10);
        assertThat(told).hasSize(2);
    }

    @Test
    void whatTheCellDidNotTakeIsToldAgain() {
        wanted();
        failing = true;
        tell(4, 0);
        failing = false;
        tell(4, 10);
        tell(4, 20);
        assertThat(told).hasSize(2);
    }

    @Test
    void ofATenantOfWhomNothingIsKnownNothingIsTold() {
        wanted();
        teller.tell(() -> new TreeMap<>(Map.of(ACME, new TreeMap<>())), inbox, START);
        assertThat(told).isEmpty();
    }
}
