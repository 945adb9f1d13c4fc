package dev.warmfront.platform;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Writes what many senders bring with few statements: while one write is under way, what comes is gathered for the next.
 *
 * @param <T> what a row is made from
 */
public final class GroupCommit<T> {

    private record Group<T>(List<T> rows, CompletableFuture<Void> written) {
        static <T> Group<T> empty() {
            return new Group<>(new ArrayList<>(), new CompletableFuture<>());
        }
    }

    private final Function<List<T>, Future<Void>> write;
    private final int limit;
    private Group<T> gathering = Group.empty();
    private boolean writing;

    /**
     * @param write writes all of the rows or none
     * @param limit rows that may wait; more are refused
     */
    public GroupCommit(Function<List<T>, Future<Void>> write, int limit) {
        this.write = write;
        this.limit = limit;
    }

    /** Writes the rows with others'; completes when they are durable, fails when they are not. */
    public Uni<Void> add(List<T> rows) {
        if (rows.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        CompletableFuture<Void> written;
        synchronized (this) {
            if (gathering.rows.size() >= limit) {
                return Uni.createFrom().failure(new IllegalStateException("the database cannot keep up"));
            }
            gathering.rows.addAll(rows);
            written = gathering.written;
        }
        next();
        return Uni.createFrom().completionStage(written);
    }

    private void next() {
        Group<T> group;
        synchronized (this) {
            if (writing || gathering.rows.isEmpty()) {
                return;
            }
            writing = true;
            group = gathering;
            gathering = Group.empty();
        }
        write.apply(group.rows).onComplete(done -> {
            synchronized (this) {
                writing = false;
            }
            if (done.succeeded()) {
                group.written.complete(null);
            } else {
                group.written.completeExceptionally(done.cause());
            }
            next();
        });
    }
}
