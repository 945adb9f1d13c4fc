/** The agent: runs on each instance, dials out, warms up, runs tasks, measures, reports. */
@NullMarked
package dev.warmfront.agent;

import org.jspecify.annotations.NullMarked;
