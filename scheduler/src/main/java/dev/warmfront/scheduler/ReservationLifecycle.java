package dev.warmfront.scheduler;

import static dev.warmfront.scheduler.ReservationState.COMMITTED;
import static dev.warmfront.scheduler.ReservationState.RECLAIMED;
import static dev.warmfront.scheduler.ReservationState.RELEASED;
import static dev.warmfront.scheduler.ReservationState.SOFT;

import java.util.List;

/** Which moves a reservation can make (design.md §1). The diagram in docs/lifecycle-reservation.md is made from this table. */
final class ReservationLifecycle {

    static final TransitionTable<ReservationState, ReservationTrigger> TABLE = TransitionTable.of(
                    "reservation", ReservationState.class, ReservationTrigger.class)
            .birth(ReservationTrigger.FORESEEN, SOFT)
            .birth(ReservationTrigger.GRANTED, COMMITTED)
            .move(List.of(SOFT), ReservationTrigger.ARRIVED, COMMITTED)
            .move(List.of(SOFT), ReservationTrigger.EXPIRED, RECLAIMED)
            .move(List.of(SOFT), ReservationTrigger.TAKEN_BACK, RECLAIMED)
            .move(List.of(COMMITTED), ReservationTrigger.ESCALATED, COMMITTED)
            .move(List.of(COMMITTED), ReservationTrigger.REFUSED, COMMITTED)
            .move(List.of(COMMITTED), ReservationTrigger.EASED, COMMITTED)
            .move(List.of(COMMITTED), ReservationTrigger.LAPSED, COMMITTED)
            .move(List.of(COMMITTED), ReservationTrigger.STOPPED, RECLAIMED)
            .move(List.of(COMMITTED), ReservationTrigger.ENDED, RELEASED)
            .build();

    private ReservationLifecycle() {}
}
