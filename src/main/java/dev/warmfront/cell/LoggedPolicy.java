package dev.warmfront.cell;

import java.time.Duration;

/** What policies went by, as a log of events keeps it. */
record LoggedPolicy(
        double waitingShare,
        double leadQuantile,
        Duration launchLead,
        Duration resumeLead,
        Duration stopLead,
        Duration window,
        int tasksMax)
        implements CellConfig.Policy {

    static LoggedPolicy of(CellConfig.Policy policy) {
        return new LoggedPolicy(
                policy.waitingShare(),
                policy.leadQuantile(),
                policy.launchLead(),
                policy.resumeLead(),
                policy.stopLead(),
                policy.window(),
                policy.tasksMax());
    }
}
