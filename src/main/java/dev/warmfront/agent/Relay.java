package dev.warmfront.agent;

import dev.warmfront.domain.InstanceId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands pieces of files from one agent to another (docs/adr/0015): the reader's call waits until the holder, told with its poll,
 * has sent the piece. Nothing is kept: memory is bounded by the pieces under way.
 */
@ApplicationScoped
class Relay {

    /** One piece. */
    static final int PIECE_BYTES = 4 << 20;

    /** Pieces that may be waited for at once. */
    private static final int MOST_WAITING = 32;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private record Waiting(InstanceId holder, Wire.Send send, UniEmitter<? super Optional<Buffer>> emitter) {}

    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong(System.nanoTime());

    /** Whether one more piece may be asked for. */
    boolean hasRoom() {
        return waiting.size() < MOST_WAITING;
    }

    /**
     * Asks for a piece.
     *
     * @param tell has the holder look at what it should send
     * @return the piece; empty where the holder has it not, or does not answer
     */
    Uni<Optional<Buffer>> ask(InstanceId holder, String tenant, String sha256, long offset, Runnable tell) {
        String id = Long.toString(numbers.incrementAndGet(), Character.MAX_RADIX);
        Wire.Send send = new Wire.Send(id, tenant, sha256, offset, PIECE_BYTES);
        return Uni.createFrom()
                .<Optional<Buffer>>emitter(emitter -> {
                    waiting.put(id, new Waiting(holder, send, emitter));
                    tell.run();
                })
                .ifNoItem()
                .after(PATIENCE)
                .recoverWithItem(Optional.empty())
                .eventually(() -> {
                    waiting.remove(id);
                });
    }

    /** What the instance should send. */
    List<Wire.Send> sends(InstanceId holder) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Wire.Send> sends = new ArrayList<>();
        waiting.values().forEach(one -> {
            if (one.holder().equals(holder)) {
                sends.add(one.send());
            }
        });
        return sends;
    }

    /**
     * The holder sent a piece; an empty one says that it has it not.
     *
     * @return false where nobody waits for it from there
     */
    boolean arrived(InstanceId holder, String id, byte[] bytes) {
        Waiting one = waiting.get(id);
        if (one == null || !one.holder().equals(holder) || !waiting.remove(id, one)) {
            return false;
        }
        one.emitter().complete(bytes.length == 0 ? Optional.empty() : Optional.of(Buffer.buffer(bytes)));
        return true;
    }
}
