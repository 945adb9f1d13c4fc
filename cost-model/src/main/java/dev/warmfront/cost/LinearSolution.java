package dev.warmfront.cost;

/** The optimum of a {@link LinearProgram}, in floating point: good for a figure, never for a ledger. Immutable. */
public final class LinearSolution {

    private final double objective;
    private final double[] values;

    /**
     * @param objective the least value found
     * @param values of the variables, in the order they were added
     */
    public LinearSolution(double objective, double[] values) {
        this.objective = objective;
        this.values = values.clone();
    }

    public double objective() {
        return objective;
    }

    public double value(int variable) {
        return values[variable];
    }
}
