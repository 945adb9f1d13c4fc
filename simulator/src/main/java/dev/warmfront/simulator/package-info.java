/** The scheduler under a virtual clock: recorded workloads, baselines, injected faults, and what each policy costs. */
@NullMarked
package dev.warmfront.simulator;

import org.jspecify.annotations.NullMarked;
