package dev.warmfront.forecast.neural;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network that {@link Weights} evaluates, as PyTorch trains it. */
final class LstmBlock extends AbstractBlock {

    private final int window;
    private final int outputs;
    private final LSTM recurrent;
    private final Linear hidden;
    private final Linear last;

    LstmBlock(int window, int outputs) {
        this.window = window;
        this.outputs = outputs;
        recurrent = addChildBlock(
                "recurrent",
                LSTM.builder()
                        .setStateSize(Weights.CELLS)
                        .setNumLayers(1)
                        .optBatchFirst(true)
                        .optReturnState(false)
                        .build());
        hidden = addChildBlock(
                "hidden", Linear.builder().setUnits(Weights.HIDDEN).build());
        last = addChildBlock("last", Linear.builder().setUnits(outputs).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray row = inputs.singletonOrThrow();
        // Rows have the newest first; a recurrent network reads towards the present.
        NDArray counts = row.get(":, :" + window).flip(1).expandDims(2);
        NDArray read = recurrent
                .forward(store, new NDList(counts), training)
                .singletonOrThrow()
                .get(":, -1, :");
        NDArray wide = read.concat(row.get(":, " + window + ":"), 1);
        NDArray inner = Activation.relu(
                hidden.forward(store, new NDList(wide), training).singletonOrThrow());
        return last.forward(store, new NDList(inner), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
        long batch = shapes[0].get(0);
        long features = shapes[0].get(1);
        recurrent.initialize(manager, type, new Shape(batch, window, 1));
        hidden.initialize(manager, type, new Shape(batch, Weights.CELLS + features - window));
        last.initialize(manager, type, new Shape(batch, Weights.HIDDEN));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        return new Shape[] {new Shape(shapes[0].get(0), outputs)};
    }

    private List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.addAll(recurrent.getParameters().values());
        all.addAll(hidden.getParameters().values());
        all.addAll(last.getParameters().values());
        return all;
    }

    /** Reads the weights out. */
    Weights weights(int features) {
        List<float[]> arrays = new ArrayList<>();
        parameters().forEach(parameter -> arrays.add(Training.numbers(parameter)));
        int[] lengths = Weights.lengths(features, window, outputs);
        for (int i = 0; i < lengths.length; i++) {
            if (arrays.size() != lengths.length || arrays.get(i).length != lengths[i]) {
                throw new IllegalStateException("the engine lays the network out otherwise than Weights does");
            }
        }
        return new Weights(features, window, outputs, List.copyOf(arrays));
    }

    /** Puts weights in. */
    void take(Weights weights) {
        List<Parameter> all = parameters();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).getArray().set(weights.arrays().get(i));
        }
    }
}
