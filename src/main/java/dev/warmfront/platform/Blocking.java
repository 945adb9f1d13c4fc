package dev.warmfront.platform;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How threads that may block, the cell's own and the learner's, wait for the database. */
public final class Blocking {

    private static final long PATIENCE_SECONDS = 30;

    private Blocking() {}

    /**
     * Waits for the answer.
     *
     * @throws IllegalStateException when there is none, or not in time
     */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException("the database refused: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the database did not answer in " + PATIENCE_SECONDS + " s", e);
        }
    }
}
