package dev.warmfront.domain;

/** How ready a machine is. Also says what a task found when it started: its <i>start kind</i>. */
public enum Tier {
    /** Running and warmed. */
    HOT,
    /** Stopped, suspended or hibernated; resumed on demand. */
    STANDBY,
    /** Not there; launched on demand. */
    COLD
}
