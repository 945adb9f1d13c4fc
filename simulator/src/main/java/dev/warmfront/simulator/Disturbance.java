package dev.warmfront.simulator;

/**
 * What happens to machines in a shifted world.
 *
 * @param outageMicros when every second machine is lost; {@link #NEVER}
 * @param lifeMicros how long on average until the provider takes a machine back; 0 = it does not
 */
record Disturbance(long outageMicros, long lifeMicros) {

    static final long NEVER = Long.MAX_VALUE;

    static final Disturbance NONE = new Disturbance(NEVER, 0);
}
