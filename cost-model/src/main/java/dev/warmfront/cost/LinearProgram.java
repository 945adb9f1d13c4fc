package dev.warmfront.cost;

import java.util.Arrays;

/**
 * A sparse linear program to minimise: variables with bounds and costs, and rows {@code lower ≤ Σ coefficient·variable ≤
 * upper}. Grows, is not thread-safe. Floating point, because its optimum is a figure to compare with and no amount to bill.
 */
public final class LinearProgram {

    private final Doubles lower = new Doubles();
    private final Doubles upper = new Doubles();
    private final Doubles cost = new Doubles();
    private final Doubles rowLower = new Doubles();
    private final Doubles rowUpper = new Doubles();
    private final Doubles coefficients = new Doubles();
    private boolean[] integer = new boolean[64];
    private int[] termRows = new int[64];
    private int[] termVariables = new int[64];

    /**
     * Adds a variable.
     *
     * @param whole whether it may take only integer values
     * @return its number, counting from 0
     */
    public int variable(double from, double to, double costPerUnit, boolean whole) {
        int variable = lower.size;
        integer = variable < integer.length ? integer : Arrays.copyOf(integer, 2 * variable);
        integer[variable] = whole;
        lower.add(from);
        upper.add(to);
        cost.add(costPerUnit);
        return variable;
    }

    /**
     * Adds a row without terms.
     *
     * @return its number, counting from 0
     */
    public int row(double from, double to) {
        rowLower.add(from);
        rowUpper.add(to);
        return rowLower.size - 1;
    }

    /** Adds a term; at most one per row and variable. */
    public void term(int row, int variable, double coefficient) {
        int term = coefficients.size;
        if (term == termRows.length) {
            termRows = Arrays.copyOf(termRows, 2 * term);
            termVariables = Arrays.copyOf(termVariables, 2 * term);
        }
        termRows[term] = row;
        termVariables[term] = variable;
        coefficients.add(coefficient);
    }

    public int variables() {
        return lower.size;
    }

    public int rows() {
        return rowLower.size;
    }

    public int terms() {
        return coefficients.size;
    }

    public double lower(int variable) {
        return lower.get(variable);
    }

    public double upper(int variable) {
        return upper.get(variable);
    }

    public double costPerUnit(int variable) {
        return cost.get(variable);
    }

    public boolean isWhole(int variable) {
        return integer[variable];
    }

    public double rowLower(int row) {
        return rowLower.get(row);
    }

    public double rowUpper(int row) {
        return rowUpper.get(row);
    }

    public int termRow(int term) {
        return termRows[term];
    }

    public int termVariable(int term) {
        return termVariables[term];
    }

    public double termCoefficient(int term) {
        return coefficients.get(term);
    }

    /** A growing array. */
    private static final class Doubles {

        private double[] values = new double[64];
        private int size;

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        double get(int i) {
            if (i >= size) {
                throw new IndexOutOfBoundsException("there are %d, not %d".formatted(size, i + 1));
            }
            return values[i];
        }
    }
}
