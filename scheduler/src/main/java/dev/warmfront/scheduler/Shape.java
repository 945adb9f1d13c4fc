package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskSpec;

/**
 * What placement can tell apart: tasks of one shape are interchangeable to it, so one that does not fit answers for all.
 *
 * @param environment of the tenant, perhaps generic
 * @param request what is set aside
 */
record Shape(EnvironmentKey environment, Resources request) {

    static Shape of(TaskSpec spec) {
        return new Shape(environmentOf(spec), spec.request());
    }

    static EnvironmentKey environmentOf(TaskSpec spec) {
        return new EnvironmentKey(spec.tenant(), spec.environment());
    }
}
