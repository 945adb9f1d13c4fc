package dev.warmfront.domain;

/**
 * Where an instance stands in its life:
 * REQUESTED → BOOTING → WARMING → HOT ⇄ BUSY → DRAINING → TERMINATED, STOPPING → STANDBY → STARTING → WARMING…, LOST,
 * FAILED. The legal transitions are the table in {@code scheduler}'s InstanceLifecycle.
 */
public enum InstanceState {
    /** The intent to launch is recorded; no provider has confirmed it. */
    REQUESTED,
    /** The provider accepted; the agent has not called home. */
    BOOTING,
    /** The agent is there and loads environments. It takes no work. */
    WARMING,
    /** Ready and idle. */
    HOT,
    /** Runs at least one attempt. */
    BUSY,
    /** Takes no new work; ends when its attempts have. */
    DRAINING,
    /** On its way to standby. */
    STOPPING,
    /** Held stopped, suspended or hibernated. */
    STANDBY,
    /** On its way from standby. */
    STARTING,
    /** Not heard of for too long, or gone by itself; being ended for certain. */
    LOST,
    /** Ended, confirmed. */
    TERMINATED,
    /** The provider refused to launch it: it never existed. */
    FAILED;

    /** Whether nothing more can happen to it. */
    public boolean isFinal() {
        return this == TERMINATED || this == FAILED;
    }
}
