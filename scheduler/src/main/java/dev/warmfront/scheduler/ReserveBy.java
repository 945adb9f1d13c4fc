package dev.warmfront.scheduler;

/** How much of an instance a pool gives to a task. */
public enum ReserveBy {
    /** What the task asks for, as long as it runs. */
    REQUEST,
    /** What like tasks were seen to need, step by step; what the task asks for where too few have been seen. */
    CURVE
}
