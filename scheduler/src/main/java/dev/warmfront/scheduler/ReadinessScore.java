package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import java.util.Locale;

/**
 * What it is worth to have one idle machine more load an environment ahead of the tasks that need it (policy.md §4): what is saved by
 * being ready less what holding costs, per second of a machine that is held for it.
 *
 * @param environment which
 * @param needed how likely one machine more with it is needed before long, 0 to 1
 * @param missed how likely the machine is wanted by somebody while it loads, when it is of no use to anybody, 0 to 1
 * @param ready machines that have it, or load it, and wait for its tasks
 * @param loadSeconds how long it takes to load, above 0
 * @param waitWorth what one wait less is worth, in seconds of a hot machine, at least 0
 */
record ReadinessScore(
        EnvironmentKey environment, double needed, double missed, int ready, double loadSeconds, double waitWorth) {

    /**
     * Seconds of a hot machine saved per second that it is held; what is above 0 pays. A load that is needed is paid for sooner or
     * later: only one that is not is a loss.
     */
    double value() {
        return ((needed - missed) * waitWorth - (1 - needed) * loadSeconds) / loadSeconds;
    }

    boolean pays() {
        return value() > 0;
    }

    /** With all of its parts, for people. */
    Reason reason() {
        return new Reason(
                "environment-pays",
                String.format(
                        Locale.ROOT,
                        "readiness score %.2f: one machine more than the %d that have %s ready is needed with %.1f %%, the machine"
                                + " is missed while it loads for %.1f s with %.1f %%, and a wait less is worth %.0f s of a machine",
                        value(),
                        ready,
                        environment,
                        100 * needed,
                        loadSeconds,
                        100 * missed,
                        waitWorth));
    }
}
