package dev.warmfront.forecast.neural;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.warmfront.forecast.Examples;
import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.Pinball;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One training of the network on the examples there are, by Adam on the mean pinball loss of all horizons and levels, beginning
 * with the weights of before. Every tenth example is kept aside: new weights that forecast those worse than the old are not
 * taken. The same examples and the same number of steps give the same weights; how many there are, the time decides.
 */
final class Training {

    private static final int BATCH = 256;
    private static final int STEPS_MAX = 1_200;
    private static final int ASIDE = 10;
    private static final float RATE = 0.004f;
    private static final int SEED = 20261121;

    static {
        // One thread: the rest of the machine is not the learner's. Nothing is fetched: what is not here is not used.
        System.getProperties().putIfAbsent("ai.djl.pytorch.num_threads", "1");
        System.getProperties().putIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
        System.getProperties().putIfAbsent("ai.djl.offline", "true");
        System.getProperties().putIfAbsent("OPT_OUT_TRACKING", "true");
    }

    private final Examples layout;
    private final int horizons;
    private final int features;
    private final List<float[]> rows = new ArrayList<>();
    private final List<float[]> aside = new ArrayList<>();

    Training(Examples examples) {
        layout = examples;
        horizons = examples.shape().horizonCount();
        features = examples.features();
        float[][] copy = examples.copy();
        for (int i = 0; i < copy.length; i++) {
            (i % ASIDE == 0 ? aside : rows).add(copy[i]);
        }
    }

    @Nullable Weights run(@Nullable Weights before, Duration budget) {
        long began = System.nanoTime();
        Engine engine = Engine.getEngine("PyTorch");
        engine.setRandomSeed(SEED);
        LstmBlock block = new LstmBlock(layout.window(), horizons * Levels.COUNT);
        try (Model model = Model.newInstance("arrivals", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l1Loss())
                    .optDevices(new Device[] {Device.cpu()})
                    .optOptimizer(Optimizer.adam()
                            .optLearningRateTracker(Tracker.cosine()
                                    .setBaseValue(RATE)
                                    .optFinalValue(RATE / 20)
                                    .setMaxUpdates(STEPS_MAX)
                                    .build())
                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(BATCH, features));
                if (before != null) {
                    block.take(before);
                }
                for (int step = 0; step < STEPS_MAX && System.nanoTime() - began < budget.toNanos(); step++) {
                    step(trainer, step);
                }
                Weights after = block.weights(features);
                return before != null && loss(before) <= loss(after) ? before : after;
            }
        }
    }

    private void step(Trainer trainer, int step) {
        int count = Math.min(BATCH, rows.size());
        float[] inputs = new float[count * features];
        float[] targets = new float[count * horizons];
        for (int i = 0; i < count; i++) {
            // A stride prime to most sizes visits all rows in turn, each time in other company.
            float[] row = rows.get((int) (((long) step * BATCH + i) * 7_919 % rows.size()));
            System.arraycopy(row, 0, inputs, i * features, features);
            System.arraycopy(row, features, targets, i * horizons, horizons);
        }
        try (NDManager scratch = trainer.getManager().newSubManager()) {
            NDArray x = scratch.create(inputs, new Shape(count, features));
            NDArray y = scratch.create(targets, new Shape(count, horizons, 1));
            NDArray levels = scratch.create(levels(), new Shape(1, 1, Levels.COUNT));
            try (GradientCollector gradients = trainer.newGradientCollector()) {
                NDArray said = trainer.forward(new NDList(x)).singletonOrThrow().reshape(count, horizons, Levels.COUNT);
                NDArray error = y.sub(said);
                // max(τ·e, (τ − 1)·e): Koenker and Bassett 1978.
                gradients.backward(
                        error.mul(levels).maximum(error.mul(levels.sub(1))).mean());
            }
            trainer.step();
        }
    }

    private static float[] levels() {
        float[] levels = new float[Levels.COUNT];
        for (int k = 0; k < levels.length; k++) {
            levels[k] = (float) Levels.at(k);
        }
        return levels;
    }

    /** The mean pinball loss on what was kept aside. */
    private double loss(Weights weights) {
        double sum = 0;
        for (float[] row : aside) {
            float[] said = weights.evaluate(row);
            for (int i = 0; i < said.length; i++) {
                sum += Pinball.loss(Levels.at(i % Levels.COUNT), said[i], row[layout.targetAt(i / Levels.COUNT)]);
            }
        }
        return sum;
    }

    /** What a network says by PyTorch itself: what {@link Weights#evaluate} must say too. */
    static float[] reference(Weights weights, float[] row) {
        Engine.getEngine("PyTorch");
        LstmBlock block = new LstmBlock(weights.window(), weights.outputs());
        try (Model model = Model.newInstance("reference", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l1Loss()))) {
                trainer.initialize(new Shape(1, weights.features()));
                block.take(weights);
                NDArray x = model.getNDManager().create(row, new Shape(1, weights.features()));
                return trainer.evaluate(new NDList(x)).singletonOrThrow().toFloatArray();
            }
        }
    }

    /** The numbers of a parameter, copied out of native memory. */
    static float[] numbers(Parameter parameter) {
        return parameter.getArray().toType(DataType.FLOAT32, false).toFloatArray();
    }
}
