package dev.warmfront.reservation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationState;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.ResourceCurve;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Room for a task, set aside by what like tasks were seen to need.
 *
 * @param attempt for which attempt; left out while SOFT
 * @param instance where; operators only
 * @param reason what moved it last
 * @param probability that the task comes there
 * @param cpuMillis what it is given, or would be given first
 * @param memoryBytes likewise
 * @param lacks whether it uses more than it was given, and there is no room
 * @param cpu what it may come to be given: amount, from when on, how likely
 * @param memory likewise
 * @param since when the task began here, or is expected to
 * @param expires until when later amounts are set aside
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReservationView(
        String tenant,
        String task,
        @Nullable Integer attempt,
        @Nullable String instance,
        ReservationState state,
        ReservationTrigger reason,
        double probability,
        long cpuMillis,
        long memoryBytes,
        boolean lacks,
        List<StepView> cpu,
        List<StepView> memory,
        Instant since,
        Instant expires,
        Instant changedAt) {

    /** An amount that is given when use passes the one before. */
    public record StepView(long amount, double afterSeconds, double probability) {
        private static List<StepView> of(List<ResourceCurve.Rung> rungs) {
            return rungs.stream()
                    .map(rung -> new StepView(rung.amount(), rung.after().toMillis() / 1e3, rung.permille() / 1e3))
                    .toList();
        }
    }

    static ReservationView of(Reservation reservation, boolean withInstance) {
        return new ReservationView(
                reservation.tenant().value(),
                reservation.task().value(),
                reservation.attempt() == 0 ? null : reservation.attempt(),
                withInstance ? reservation.instance().value() : null,
                reservation.state(),
                reservation.trigger(),
                reservation.permille() / 1e3,
                reservation.amount().cpuMillis(),
                reservation.amount().memoryBytes(),
                reservation.lacks(),
                StepView.of(reservation.curve().cpu()),
                StepView.of(reservation.curve().memory()),
                reservation.since(),
                reservation.expires(),
                reservation.changedAt());
    }
}
