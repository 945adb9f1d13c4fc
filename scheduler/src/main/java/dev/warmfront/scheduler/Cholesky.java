package dev.warmfront.scheduler;

/** Small systems of equations whose matrix is symmetric and positive definite; only its lower half is read and written. */
final class Cholesky {

    private Cholesky() {}

    /**
     * Turns a matrix into its factor.
     *
     * @param ridge what is added to the diagonal, above 0
     */
    static void factor(double[][] matrix, double ridge) {
        for (int row = 0; row < matrix.length; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = matrix[row][column] + (row == column ? ridge : 0);
                for (int i = 0; i < column; i++) {
                    sum -= matrix[row][i] * matrix[column][i];
                }
                // Of what is all but dependent rounding can leave less than nothing.
                matrix[row][column] = row == column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[column][column];
            }
        }
    }

    /** Solves for the unknowns that give {@code right}, which they replace. */
    static void solve(double[][] factor, double[] right) {
        for (int row = 0; row < factor.length; row++) {
            for (int i = 0; i < row; i++) {
                right[row] -= factor[row][i] * right[i];
            }
            right[row] /= factor[row][row];
        }
        for (int row = factor.length - 1; row >= 0; row--) {
            for (int i = row + 1; i < factor.length; i++) {
                right[row] -= factor[i][row] * right[i];
            }
            right[row] /= factor[row][row];
        }
    }
}
