package dev.warmfront.gcp;

import com.google.cloud.compute.v1.Operation;
import dev.warmfront.spi.Arrivals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** Waits for zone operations, all of them with one question for each zone, until they are done in one way or another. */
final class Operations implements AutoCloseable {

    private final Gce gce;
    private final GcpErrors errors;
    private final Arrivals<Operation> arrivals;

    Operations(Gce gce, GcpErrors errors, Duration firstStep, Duration longestStep) {
        this.gce = gce;
        this.errors = errors;
        this.arrivals = new Arrivals<>(this::ask, firstStep, longestStep);
    }

    private Map<String, Operation> ask(Collection<String> keys) {
        try {
            return gce.operations(keys);
        } catch (IOException noCredentials) {
            throw new UncheckedIOException(noCredentials);
        }
    }

    /**
     * The operation when it is done.
     *
     * @param what for messages
     * @param zone where it was begun
     * @throws dev.warmfront.spi.ProviderUnavailableException when it takes too long
     */
    Operation await(String what, String zone, Operation begun) {
        if (begun.getStatus() == Operation.Status.DONE) {
            return begun;
        }
        String key = new Gce.OperationName(zone, begun.getName()).key();
        return errors.await(what, arrivals, key, operation -> operation.getStatus() == Operation.Status.DONE)
                .orElseThrow(() -> errors.late(what, new IllegalStateException("the operation is not known")));
    }

    @Override
    public void close() {
        arrivals.close();
    }
}
