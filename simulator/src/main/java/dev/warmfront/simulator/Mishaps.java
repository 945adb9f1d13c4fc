package dev.warmfront.simulator;

/**
 * What goes wrong, as likelihoods between 0 and 1. All zero in a replay.
 *
 * @param delayed reports, calls and answers take up to a few seconds, so that they overtake each other
 * @param repeated a report comes again, up to a minute later; a call is dispatched again
 * @param unheard a report must be sent again
 * @param refused a provider has no capacity, throttles or refuses
 * @param crashed a machine dies within minutes of having booted
 * @param cut a machine runs on but is not heard for minutes
 * @param interrupted the provider takes a machine back, with two minutes' notice
 * @param failed a task's command fails
 * @param outgrown where tasks are given what a curve says: an attempt uses more, or less, than that again and again
 */
public record Mishaps(
        double delayed,
        double repeated,
        double unheard,
        double refused,
        double crashed,
        double cut,
        double interrupted,
        double failed,
        double outgrown) {

    /** Nothing goes wrong. */
    public static final Mishaps NONE = new Mishaps(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Much goes wrong. */
    public static final Mishaps MANY = new Mishaps(1, 0.15, 0.1, 0.15, 0.15, 0.15, 0.1, 0.1, 0.6);
}
