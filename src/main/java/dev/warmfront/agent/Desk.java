package dev.warmfront.agent;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.scheduler.AgentView;
import dev.warmfront.scheduler.Instance;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One instance as the hub knows it, with the poll that waits for news of it. Guarded by itself. */
final class Desk {

    private Instance instance;
    private long version = 1;
    private long heardNanos;
    private @Nullable UniEmitter<? super Desk> waiting;
    private @Nullable AgentView view;
    private @Nullable CacheView cache;

    Desk(Instance instance, long nowNanos) {
        this.instance = instance;
        this.heardNanos = nowNanos;
    }

    synchronized Instance instance() {
        return instance;
    }

    synchronized long version() {
        return version;
    }

    /** Takes the new image; true when the agent must be told. */
    synchronized boolean update(Instance after, long nowNanos) {
        if (after.state() == InstanceState.WARMING && instance.state() != InstanceState.WARMING) {
            // From now on it is expected to speak.
            heardNanos = nowNanos;
        }
        boolean news = !after.allocations().equals(instance.allocations())
                || !after.warming().equals(instance.warming())
                || !after.warm().equals(instance.warm())
                || (after.state() == InstanceState.DRAINING) != (instance.state() == InstanceState.DRAINING)
                // One that was suspended may still have its poll waiting here: answered, it polls again as it wakes.
                || (after.state() == InstanceState.STARTING && instance.state() != InstanceState.STARTING);
        instance = after;
        return news;
    }

    /**
     * The agent said what lies with it.
     *
     * @return whether the cell does not know that yet
     */
    synchronized boolean told(AgentView fresh, CacheView freshCache) {
        cache = freshCache;
        if (fresh.equals(view)) {
            return false;
        }
        view = fresh;
        return true;
    }

    /** What the agent said of its place; null before it has said anything. */
    synchronized @Nullable AgentView view() {
        return view;
    }

    synchronized @Nullable CacheView cache() {
        return cache;
    }

    synchronized void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    synchronized long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    /** Holds the poll until there is news; the one that waited before is let go. */
    void await(String seen, String epoch, UniEmitter<? super Desk> emitter) {
        UniEmitter<? super Desk> former;
        synchronized (this) {
            former = waiting;
            waiting = Objects.equals(seen, epoch + "-" + version) ? emitter : null;
            if (waiting != null) {
                emitter = null;
            }
        }
        tell(former);
        tell(emitter);
    }

    /** There is something new, or the instance has ended: whoever waits shall look. */
    void ring(boolean news) {
        UniEmitter<? super Desk> former;
        synchronized (this) {
            version += news ? 1 : 0;
            former = waiting;
            waiting = null;
        }
        tell(former);
    }

    private void tell(@Nullable UniEmitter<? super Desk> emitter) {
        if (emitter != null) {
            emitter.complete(this);
        }
    }
}
