/**
 * The brain of a cell. {@link Scheduler#decide} turns an event into changes; {@link CellState#apply} is the only thing
 * that alters the state. Pure: no clock, thread, I/O, log or hidden randomness; {@code now} is a parameter and every
 * iteration order is defined, so the same state and events give the same decisions bit for bit. The control plane and
 * the simulator run these same classes.
 */
@NullMarked
package dev.warmfront.scheduler;

import org.jspecify.annotations.NullMarked;
