package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/**
 * An expert whose model is shared by all series of a shape and is trained apart from their steps. It gathers examples while it
 * observes; {@link #train} may run on another thread meanwhile and hands its model over when it is done. Until there is a
 * model the expert sleeps. Threads and times are its owner's business: nothing trains unless somebody calls.
 */
public interface TrainedExpert extends Expert {

    /** Whether enough has come since the last training for another to pay. */
    boolean isDue();

    /**
     * Trains on what was gathered until now and takes the new model up.
     *
     * @param budget how long it may take, about
     */
    void train(Duration budget);

    /** Writes the examples and the model. */
    void writeModel(DataOutput out) throws IOException;

    /**
     * Reads what {@link #writeModel} wrote.
     *
     * @throws IOException when it is damaged or of another layout
     */
    void readModel(SeriesShape shape, DataInput in) throws IOException;
}
