package dev.warmfront.forecast.weka;

import dev.warmfront.forecast.Examples;
import dev.warmfront.forecast.History;
import dev.warmfront.forecast.LocationExpert;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.TrainedExpert;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import weka.classifiers.Classifier;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

/**
 * A regression of Weka's on the last counts and the calendar, one for each horizon, shared by all series of a shape. It names a
 * likely count; each series learns around it how far off it is.
 */
final class WekaExpert extends LocationExpert implements TrainedExpert {

    private static final int WINDOW = 6;
    private static final int ROWS_MAX = 6_000;
    private static final int ROWS_MIN = 200;
    private static final int MODEL_BYTES_MAX = 16 << 20;

    /** Trains again when a tenth as many examples have come as there were. */
    private static final double GROWTH = 1.1;

    /** Weka's own classes and what they are made of; a saved state that names others is refused. */
    private static final ObjectInputFilter TREES_ONLY =
            ObjectInputFilter.Config.createFilter("maxdepth=10000;weka.**;java.util.*;java.lang.*;java.text.*;!*");

    private final Supplier<? extends Classifier> untrained;

    private volatile @Nullable Examples examples;
    private volatile @Nullable Trained trained;
    private volatile long trainedOn;

    WekaExpert(String name, Supplier<? extends Classifier> untrained) {
        super(name);
        this.untrained = untrained;
    }

    /**
     * @param models one per horizon
     * @param layout per horizon, what a row consists of: without rows
     */
    private record Trained(List<Classifier> models, Instances layout) {}

    @Override
    public void observe(History past, float[] state, int at) {
        examples(past.shape()).gather(past);
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
    protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        Trained known = trained;
        Examples rows = examples;
        if (known == null || rows == null) {
            return Double.NaN;
        }
        float[] row = new float[rows.features()];
        double unit = rows.describe(past, row);
        if (Double.isNaN(unit)) {
            return Double.NaN;
        }
        DenseInstance instance = new DenseInstance(1, values(rows, row, h, 0));
        instance.setDataset(known.layout);
        try {
            return Examples.count(known.models.get(h).classifyInstance(instance), unit);
        } catch (Exception unforeseen) {
            // Weka declares Exception; an expert that cannot answer sleeps rather than stop the series.
            return Double.NaN;
        }
    }

    private static double[] values(Examples rows, float[] row, int h, double target) {
        double[] values = new double[WINDOW + Examples.COMMON + Examples.OWN + 1];
        for (int i = 0; i < WINDOW + Examples.COMMON; i++) {
            values[i] = row[i];
        }
        for (int i = 0; i < Examples.OWN; i++) {
            values[WINDOW + Examples.COMMON + i] = row[rows.ownAt(h) + i];
        }
        values[values.length - 1] = target;
        return values;
    }

    private static Instances layout(int capacity) {
        ArrayList<Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < WINDOW + Examples.COMMON + Examples.OWN; i++) {
            attributes.add(new Attribute("x" + i));
        }
        attributes.add(new Attribute("count"));
        Instances layout = new Instances("slots", attributes, capacity);
        layout.setClassIndex(attributes.size() - 1);
        return layout;
    }

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
        float[][] copy = rows.copy();
        int horizons = rows.shape().horizonCount();
        List<Classifier> models = new ArrayList<>();
        Trained before = trained;
        long began = System.nanoTime();
        for (int h = 0; h < horizons; h++) {
            // What a horizon took, the next will take: where the time is up, the model from before stays.
            long spent = System.nanoTime() - began;
            boolean late = h > 0 && spent / h * (h + 1) > budget.toNanos();
            models.add(late && before != null ? before.models.get(h) : fit(rows, copy, h));
        }
        trained = new Trained(List.copyOf(models), layout(0));
        trainedOn = taken;
    }

    private Classifier fit(Examples rows, float[][] copy, int h) {
        Instances data = layout(copy.length);
        for (float[] row : copy) {
            data.add(new DenseInstance(1, values(rows, row, h, row[rows.targetAt(h)])));
        }
        Classifier model = untrained.get();
        try {
            model.buildClassifier(data);
        } catch (Exception refused) {
            throw new IllegalStateException(name() + " cannot be trained: " + refused.getMessage(), refused);
        }
        return model;
    }

    @Override
    public void writeModel(DataOutput out) throws IOException {
        Examples rows = examples;
        Trained known = trained;
        out.writeBoolean(rows != null);
        if (rows != null) {
            rows.write(out);
        }
        out.writeBoolean(rows != null && known != null);
        if (rows != null && known != null) {
            out.writeLong(trainedOn);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
                objects.writeObject(known.models.toArray(Classifier[]::new));
            }
            out.writeInt(bytes.size());
            out.write(bytes.toByteArray());
        }
    }

    @Override
    public void readModel(SeriesShape shape, DataInput in) throws IOException {
        if (in.readBoolean()) {
            Examples rows = new Examples(shape, WINDOW, ROWS_MAX);
            rows.read(in);
            examples = rows;
        }
        if (in.readBoolean()) {
            long on = in.readLong();
            int size = in.readInt();
            if (size < 0 || size > MODEL_BYTES_MAX) {
                throw new IOException("damaged: a model of " + size + " bytes");
            }
            byte[] bytes = new byte[size];
            in.readFully(bytes);
            try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                objects.setObjectInputFilter(TREES_ONLY);
                if (!(objects.readObject() instanceof Classifier[] models) || models.length != shape.horizonCount()) {
                    throw new IOException("saved models of other horizons");
                }
                trained = new Trained(List.of(models), layout(0));
                trainedOn = on;
            } catch (ClassNotFoundException e) {
                throw new IOException("a model of a class that is not here", e);
            }
        }
    }
}
