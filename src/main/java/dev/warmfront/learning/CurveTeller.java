package dev.warmfront.learning;

import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReserveBy;
import dev.warmfront.scheduler.ResourceCurve;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.SortedMap;

/** Tells the cell what types of task use, where a pool reserves by that. */
@ApplicationScoped
public class CurveTeller extends Teller<ResourceCurve> {

    @Override
    boolean wants(CellState state) {
        return state.reservations().wantsCurves();
    }

    @Override
    boolean wants(PoolSettings settings) {
        return settings.reserveBy() == ReserveBy.CURVE;
    }

    @Override
    Event event(TenantId tenant, SortedMap<String, ResourceCurve> known) {
        return new Event.CurvesLearned(tenant, known);
    }
}
