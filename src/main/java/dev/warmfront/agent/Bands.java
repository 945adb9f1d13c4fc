package dev.warmfront.agent;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationState;
import dev.warmfront.scheduler.ReservationTrigger;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What attempts are given whose pools reserve by curves, so that the cell hears of use only where that leaves the band. */
final class Bands {

    private final Map<TaskId, Reservation> committed = new ConcurrentHashMap<>();

    /** Attempts that are to be stopped for others' sake. */
    private final Map<TaskId, Reservation> stopped = new ConcurrentHashMap<>();

    void reload(CellState state) {
        state.reservations().kept().forEach(this::see);
    }

    void forget() {
        committed.clear();
        stopped.clear();
    }

    void see(Reservation reservation) {
        if (reservation.state() == ReservationState.COMMITTED) {
            committed.put(reservation.task(), reservation);
            stopped.remove(reservation.task());
        } else {
            committed.remove(reservation.task());
            if (reservation.trigger() == ReservationTrigger.STOPPED) {
                stopped.put(reservation.task(), reservation);
            }
        }
    }

    /** The task is over. */
    void over(TaskId task) {
        stopped.remove(task);
    }

    boolean isStopped(AttemptId attempt) {
        Reservation reservation = stopped.get(attempt.task());
        return reservation != null && reservation.attempt() == attempt.number();
    }

    /** What the cell must be told of an attempt's use; empty where that is as it should be. */
    Optional<Event> told(InstanceId instance, AttemptId attempt, Collection<Wire.Sample> samples) {
        Reservation reservation = committed.get(attempt.task());
        if (reservation == null || reservation.attempt() != attempt.number() || samples.isEmpty()) {
            return Optional.empty();
        }
        long cpu = 0;
        long memory = 0;
        for (Wire.Sample sample : samples) {
            cpu = Math.max(cpu, sample.cpuMillis());
            memory = Math.max(memory, sample.memoryBytes());
        }
        boolean within = reservation.isWithinBand(cpu, memory);
        return within && !reservation.lacks()
                ? Optional.empty()
                : Optional.of(new Event.UseMeasured(instance, attempt, cpu, memory));
    }
}
