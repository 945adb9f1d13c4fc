package dev.warmfront.cell;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** Answers come from the cell's thread; a sender on an event loop is resumed there. */
final class CallersContext {

    private CallersContext() {}

    static <T> Uni<T> resume(CompletableFuture<T> future) {
        Context context = Vertx.currentContext();
        Uni<T> uni = Uni.createFrom().completionStage(future);
        return context == null ? uni : uni.emitOn(command -> context.runOnContext(ignored -> command.run()));
    }
}
