package dev.warmfront.learning;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.ReserveBy;
import dev.warmfront.scheduler.ResourceCurve;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells the cell what types of task use, where a pool reserves by that: what is new, at most every few seconds. */
@ApplicationScoped
public class CurveTeller implements CommitListener {

    private static final Logger LOG = Logger.getLogger(CurveTeller.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Map<TenantId, SortedMap<String, ResourceCurve>> told = new HashMap<>();
    private volatile boolean wanted;
    private @Nullable Instant last;

    @Override
    public void reloaded(CellState state, Instant at) {
        wanted = state.reservations().wantsCurves();
        forget();
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        for (Change change : changes) {
            if (change instanceof Change.PoolChanged(var pool, var settings)
                    && settings.reserveBy() == ReserveBy.CURVE) {
                wanted = true;
            }
        }
    }

    @Override
    public void released() {
        wanted = false;
        forget();
    }

    /** A cell that was read again knows no curves. */
    private synchronized void forget() {
        told.clear();
        last = null;
    }

    /** Tells what is new. On the learner's thread; does not wait for the cell. */
    synchronized void tell(Learned learned, CellInbox inbox, Instant now) {
        if (!wanted || (last != null && now.isBefore(last.plus(EVERY)))) {
            return;
        }
        last = now;
        learned.curves().forEach((tenant, curves) -> {
            if (!curves.equals(told.getOrDefault(tenant, java.util.Collections.emptySortedMap()))) {
                told.put(tenant, curves);
                inbox.submit(new Event.CurvesLearned(tenant, curves))
                        .subscribe()
                        .with(done -> {}, failure -> failed(tenant, failure));
            }
        });
    }

    private synchronized void failed(TenantId tenant, Throwable failure) {
        told.remove(tenant);
        LOG.debugf("what is known of %s's tasks is told later: %s", tenant, failure.getMessage());
    }
}
