package dev.warmfront.local;

/**
 * A process that no later one can be mistaken for.
 *
 * @param pid its number, which the system gives to another process some day
 * @param start when it began: on Linux the boot's id and the clock ticks since that boot, which no change of the wall
 *     clock touches; elsewhere milliseconds of wall time
 */
record ProcessId(long pid, String start) {}
