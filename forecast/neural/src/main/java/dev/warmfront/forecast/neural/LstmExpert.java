package dev.warmfront.forecast.neural;

import dev.warmfront.forecast.Examples;
import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.History;
import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.TrainedExpert;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent network that names the quantiles of every horizon, one for all series of a shape. Evaluated once per slot and
 * series; the series keeps what it said until it is asked.
 */
final class LstmExpert implements Expert, TrainedExpert {

    private static final int WINDOW = 32;
    private static final int ROWS_MAX = 8_192;
    private static final int ROWS_MIN = 500;

    /** Trains again when a tenth as many examples have come as there were. */
    private static final double GROWTH = 1.1;

    private volatile @Nullable Examples examples;
    private volatile @Nullable Weights weights;
    private volatile long trainedOn;

    @Override
    public String name() {
        return "neural-lstm";
    }

    @Override
    public int stateSize(SeriesShape shape) {
        return Weights.outputs(shape);
    }

    @Override
    public int ticketSize(SeriesShape shape) {
        return Levels.COUNT;
    }

    @Override
    public void start(SeriesShape shape, float[] state, int at) {
        Arrays.fill(state, at, at + Weights.outputs(shape), Float.NaN);
    }

    private Examples examples(SeriesShape shape) {
        Examples known = examples;
        if (known == null || known.shape() != shape) {
            known = new Examples(shape, WINDOW, ROWS_MAX);
            examples = known;
        }
        return known;
    }

    @Override
    public void observe(History past, float[] state, int at) {
        Examples rows = examples(past.shape());
        rows.gather(past);
        Weights known = weights;
        float[] row = new float[rows.features()];
        double unit = known == null ? Double.NaN : rows.describe(past, row);
        if (known == null || Double.isNaN(unit)) {
            start(past.shape(), state, at);
            return;
        }
        float[] said = known.evaluate(row);
        // The guard of every expert: nobody is believed who forecasts several times what was ever seen.
        double most = 3 * past.maximum() + 3;
        for (int i = 0; i < said.length; i++) {
            state[at + i] = (float) Math.min(Examples.count(said[i], unit), most);
        }
    }

    @Override
    public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        System.arraycopy(state, at + h * Levels.COUNT, ticket, ticketAt, Levels.COUNT);
        return !Float.isNaN(ticket[ticketAt]);
    }

    @Override
    public void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        for (int k = 0; k < Levels.COUNT; k++) {
            out[k] = ticket[ticketAt + k];
        }
    }

    @Override
    public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {}

    @Override
    public boolean isDue() {
        Examples rows = examples;
        return rows != null && rows.taken() >= Math.max(ROWS_MIN, trainedOn * GROWTH);
    }

    @Override
    public void train(Duration budget) {
        Examples rows = examples;
        if (rows == null) {
            return;
        }
        long taken = rows.taken();
        weights = new Training(rows).run(weights, budget);
        trainedOn = taken;
    }

    @Override
    public void writeModel(DataOutput out) throws IOException {
        Examples rows = examples;
        Weights known = weights;
        out.writeBoolean(rows != null);
        if (rows != null) {
            rows.write(out);
        }
        out.writeBoolean(rows != null && known != null);
        if (rows != null && known != null) {
            out.writeLong(trainedOn);
            known.write(out);
        }
    }

    @Override
    public void readModel(SeriesShape shape, DataInput in) throws IOException {
        Examples rows = new Examples(shape, WINDOW, ROWS_MAX);
        if (in.readBoolean()) {
            rows.read(in);
            examples = rows;
        }
        if (in.readBoolean()) {
            long on = in.readLong();
            weights = Weights.read(rows.features(), WINDOW, Weights.outputs(shape), in);
            trainedOn = on;
        }
    }
}
