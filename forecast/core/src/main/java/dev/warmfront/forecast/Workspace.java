package dev.warmfront.forecast;

/** Scratch room for one thread's work on series of one shape, so that a step allocates nothing. Holds nothing between calls. */
public final class Workspace {

    final double[][] quantiles;
    final boolean[] awake;
    final double[][] weight;
    final double[] issued = new double[Levels.COUNT];
    final double[] blend = new double[Levels.COUNT];
    final double[] calibrated = new double[Levels.COUNT];

    public Workspace(SeriesShape shape) {
        int experts = shape.experts().size();
        quantiles = new double[experts][Levels.COUNT];
        awake = new boolean[experts];
        weight = new double[3][experts];
    }
}
