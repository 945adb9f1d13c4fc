package dev.warmfront.learning;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cell what was learned of tenants' types of task, where a pool goes by it: what is new, at most every few seconds.
 *
 * @param <T> what is known of one type
 */
abstract class Teller<T> implements CommitListener {

    private static final Logger LOG = Logger.getLogger(Teller.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Map<TenantId, SortedMap<String, T>> told = new HashMap<>();
    private volatile boolean wanted;
    private @Nullable Instant last;

    /** Whether any pool goes by it. */
    abstract boolean wants(CellState state);

    /** Whether a pool with these settings goes by it. */
    abstract boolean wants(PoolSettings settings);

    abstract Event event(TenantId tenant, SortedMap<String, T> known);

    @Override
    public void reloaded(CellState state, Instant at) {
        wanted = wants(state);
        forget();
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        for (Change change : changes) {
            if (change instanceof Change.PoolChanged(var pool, var settings) && wants(settings)) {
                wanted = true;
            }
        }
    }

    @Override
    public void released() {
        wanted = false;
        forget();
    }

    /** A cell that was read again knows nothing of it. */
    private synchronized void forget() {
        told.clear();
        last = null;
    }

    /**
     * Tells what is new. On the learner's thread; does not wait for the cell.
     *
     * @param known asked only where somebody goes by it and it is time
     */
    synchronized void tell(Supplier<SortedMap<TenantId, SortedMap<String, T>>> known, CellInbox inbox, Instant now) {
        if (!wanted || (last != null && now.isBefore(last.plus(EVERY)))) {
            return;
        }
        last = now;
        known.get().forEach((tenant, types) -> {
            SortedMap<String, T> before = told.get(tenant);
            if (before == null ? !types.isEmpty() : !types.equals(before)) {
                told.put(tenant, types);
                inbox.submit(event(tenant, types)).subscribe().with(done -> {}, failure -> failed(tenant, failure));
            }
        });
    }

    private synchronized void failed(TenantId tenant, Throwable failure) {
        told.remove(tenant);
        LOG.debugf("what is known of %s's tasks is told later: %s", tenant, failure.getMessage());
    }
}
