package dev.warmfront.learning;

import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.WarmfrontPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.SortedMap;

/** Tells the cell what follows tasks that are in no workflow, where a pool's policy looks ahead. */
@ApplicationScoped
public class SuccessorTeller extends Teller<List<Follows>> {

    @Override
    boolean wants(CellState state) {
        return state.isRunBy(WarmfrontPolicy.NAME);
    }

    @Override
    boolean wants(PoolSettings settings) {
        return settings.policy().equals(WarmfrontPolicy.NAME);
    }

    @Override
    Event event(TenantId tenant, SortedMap<String, List<Follows>> known) {
        return new Event.SuccessorsLearned(tenant, known);
    }
}
