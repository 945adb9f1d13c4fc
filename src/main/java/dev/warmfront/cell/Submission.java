package dev.warmfront.cell;

import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An event with its sender.
 *
 * @param once written with it, or null
 * @param sender completed after the commit
 */
record Submission(Event event, @Nullable OnceOnly once, CompletableFuture<Answer> sender) {}
