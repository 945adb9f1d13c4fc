package dev.warmfront.cli;

/** From what a task's machine came. */
enum StartKind {
    HOT,
    STANDBY,
    COLD
}
