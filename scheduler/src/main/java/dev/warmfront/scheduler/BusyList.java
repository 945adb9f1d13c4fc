package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.PoolId;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pool's instances that are at work. Their number is known; the list itself is made when it is first read, for it is long
 * in a pool of thousands and hardly any policy reads it. Once the policy has planned, the state goes on, and a list that was
 * not read by then can no longer be.
 */
final class BusyList extends AbstractList<Instance> {

    private final PoolId pool;
    private final int size;
    private @Nullable CellState state;
    private @Nullable List<Instance> read;

    BusyList(CellState state, PoolId pool) {
        this.state = state;
        this.pool = pool;
        this.size = state.index().busy(pool);
    }

    /** The state is about to change. */
    void freeze() {
        state = null;
    }

    @Override
    public Instance get(int place) {
        return list().get(place);
    }

    @Override
    public int size() {
        return size;
    }

    private List<Instance> list() {
        List<Instance> known = read;
        if (known == null) {
            CellState present = state;
            if (present == null) {
                throw new IllegalStateException("a pool's busy instances are read while it is planned, not later");
            }
            known = new ArrayList<>(size);
            for (var id : present.index().pool(pool)) {
                Instance instance = present.instance(id);
                if (instance != null && instance.state() == InstanceState.BUSY) {
                    known.add(instance);
                }
            }
            read = known;
        }
        return known;
    }
}
