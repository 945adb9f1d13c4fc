package dev.warmfront.simulator;

import java.util.List;
import java.util.OptionalDouble;

/** What is scored on a trace, over one knob. */
public interface Contestant {

    /** Kebab-case, as on the command line. */
    String name();

    /** What the knob is, with its unit; empty without one. */
    String knob();

    /** The values that are tried, those with which fewer tasks wait later. */
    List<Double> sweep();

    /** Whether the knob counts whole things, so that nothing lies between two neighbours. */
    default boolean countsWholes() {
        return false;
    }

    /** The knob of record, where it is frozen before the scored part is seen; empty where it is chosen in hindsight. */
    default OptionalDouble frozen() {
        return OptionalDouble.empty();
    }

    /**
     * What it makes of the scored part of a trace.
     *
     * @param knob one of {@link #sweep}, or a value between two
     */
    Scores scored(Replay replay, double knob);
}
