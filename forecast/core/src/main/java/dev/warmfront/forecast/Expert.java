package dev.warmfront.forecast;

/**
 * One way to forecast a series of counts. Experts hold no state: a series owns one array, of which each expert has a
 * stretch, so ten thousand series need no ten thousand objects per expert and a series is saved by writing an array.
 *
 * <p>At each slot an expert is told the newest count, then issues a <em>ticket</em> per horizon: the few numbers from which
 * its quantiles can be told now and again when the slot comes that the forecast was for. Then it learns from what came. A
 * costly learner (a tree, a network) trains elsewhere and issues its quantiles as the ticket.
 *
 * <p>Implementations must be pure and quick (about a microsecond) and may be found by {@code ServiceLoader} through {@link
 * ExpertProvider}.
 */
public interface Expert {

    /** A short, stable, kebab-case name: part of the saved state and of every report. */
    String name();

    /** How many numbers of state it keeps per series. */
    int stateSize(SeriesShape shape);

    /** How many numbers a ticket has. */
    int ticketSize(SeriesShape shape);

    /** Fills its stretch of a new series; it comes as zeros. */
    default void start(SeriesShape shape, float[] state, int at) {}

    /** Begins with what a like series has learned, as far as it is free of scale. Both are stretches at the same place. */
    default void inherit(SeriesShape shape, float[] state, float[] parent, int at) {}

    /** Is told that {@code past} has grown by one slot. */
    default void observe(History past, float[] state, int at) {}

    /**
     * Forecasts the count of the slot that is {@code shape.horizon(h)} steps after the newest.
     *
     * @param ticket written from {@code ticketAt} on
     * @return false when it has nothing to say yet: it sleeps, and is neither asked nor judged
     */
    boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt);

    /**
     * The quantiles of a ticket at {@link Levels}, as the expert sees them now. They need not ascend.
     *
     * @param out one number per level
     */
    void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out);

    /** Learns what the count was that a ticket was for. */
    void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count);
}
