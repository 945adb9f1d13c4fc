package dev.warmfront.forecast.neural;

import dev.warmfront.forecast.Examples;
import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.SeriesShape;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A trained network, evaluated in Java: one LSTM layer (Hochreiter and Schmidhuber 1997) over the window, oldest first; its last
 * output and the row's other features through one hidden layer of rectifiers; then a quantile per horizon and level. Immutable.
 *
 * @param arrays in the order of {@link #lengths}: input and recurrent weights and their biases (gates in, forget, cell, out, as
 *     PyTorch has them), the hidden layer's weights and bias, the last layer's
 */
record Weights(int features, int window, int outputs, List<float[]> arrays) {

    static final int CELLS = 16;
    static final int HIDDEN = 32;
    private static final int GATES = 4 * CELLS;

    /** How long each array is. */
    static int[] lengths(int features, int window, int outputs) {
        int wide = CELLS + features - window;
        return new int[] {GATES, GATES * CELLS, GATES, GATES, HIDDEN * wide, HIDDEN, outputs * HIDDEN, outputs};
    }

    static int outputs(SeriesShape shape) {
        return shape.horizonCount() * Levels.COUNT;
    }

    /**
     * Evaluates the network.
     *
     * @param row features as {@link Examples} describes them
     * @return per horizon, per level, in the rows' measure
     */
    float[] evaluate(float[] row) {
        float[] cell = new float[CELLS];
        float[] out = new float[CELLS];
        float[] gates = new float[GATES];
        for (int t = window - 1; t >= 0; t--) {
            step(row[t], cell, out, gates);
        }
        float[] wide = new float[CELLS + features - window];
        System.arraycopy(out, 0, wide, 0, CELLS);
        System.arraycopy(row, window, wide, CELLS, features - window);
        float[] hidden = linear(arrays.get(4), arrays.get(5), wide, HIDDEN);
        for (int i = 0; i < HIDDEN; i++) {
            hidden[i] = Math.max(0, hidden[i]);
        }
        return linear(arrays.get(6), arrays.get(7), hidden, outputs);
    }

    private void step(float input, float[] cell, float[] out, float[] gates) {
        float[] fromInput = arrays.get(0);
        float[] fromOut = arrays.get(1);
        float[] bias = arrays.get(2);
        float[] biasOut = arrays.get(3);
        for (int g = 0; g < GATES; g++) {
            float sum = bias[g] + biasOut[g] + fromInput[g] * input;
            for (int i = 0; i < CELLS; i++) {
                sum += fromOut[g * CELLS + i] * out[i];
            }
            gates[g] = sum;
        }
        for (int i = 0; i < CELLS; i++) {
            double kept = sigmoid(gates[CELLS + i]) * cell[i];
            cell[i] = (float) (kept + sigmoid(gates[i]) * tanh(gates[2 * CELLS + i]));
            out[i] = (float) (sigmoid(gates[3 * CELLS + i]) * tanh(cell[i]));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double tanh(double x) {
        return 2 / (1 + Math.exp(-2 * x)) - 1;
    }

    private static float[] linear(float[] weights, float[] bias, float[] input, int count) {
        float[] result = new float[count];
        for (int o = 0; o < count; o++) {
            float sum = bias[o];
            for (int i = 0; i < input.length; i++) {
                sum += weights[o * input.length + i] * input[i];
            }
            result[o] = sum;
        }
        return result;
    }

    void write(DataOutput out) throws IOException {
        for (float[] array : arrays) {
            out.writeInt(array.length);
            for (float value : array) {
                out.writeFloat(value);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged or of another size
     */
    static Weights read(int features, int window, int outputs, DataInput in) throws IOException {
        List<float[]> arrays = new ArrayList<>();
        for (int length : lengths(features, window, outputs)) {
            if (in.readInt() != length) {
                throw new IOException("saved weights of another network");
            }
            float[] array = new float[length];
            for (int i = 0; i < length; i++) {
                array[i] = in.readFloat();
                if (!Float.isFinite(array[i])) {
                    throw new IOException("damaged: a weight that is no number");
                }
            }
            arrays.add(array);
        }
        return new Weights(features, window, outputs, List.copyOf(arrays));
    }
}
