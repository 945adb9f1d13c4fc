package dev.warmfront.domain;

/** What a charge was for. */
public enum ChargeKind {
    /** The share of a running instance that was set aside for a task. */
    ACTIVE,
    /** A running instance, or the part of it, that no task used. */
    IDLE_HOT,
    /** An instance held stopped, suspended or hibernated, or on its way there or back. */
    STANDBY,
    /** From the provider's acceptance of a launch until the instance was hot, and from drain to its end. */
    LAUNCH
}
