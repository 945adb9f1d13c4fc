package dev.warmfront.reservation;

import dev.warmfront.cell.CommitListener;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationTrigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts what moves reservations: granted, escalated, refused, reclaimed. */
@ApplicationScoped
class ReservationMetrics implements CommitListener {

    private final Map<ReservationTrigger, Counter> moves = new EnumMap<>(ReservationTrigger.class);

    ReservationMetrics(MeterRegistry registry) {
        for (ReservationTrigger trigger : ReservationTrigger.values()) {
            moves.put(
                    trigger,
                    Counter.builder("warmfront.reservations")
                            .description("moves of reservations, by what moved them")
                            .tag("move", trigger.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        // Counts what moves from now on.
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        for (Change change : changes) {
            if (change instanceof Change.ReservationChanged(Reservation after)) {
                Counter counter = moves.get(after.trigger());
                if (counter != null) {
                    counter.increment();
                }
            }
        }
    }

    @Override
    public void released() {
        // What was counted was so.
    }
}
