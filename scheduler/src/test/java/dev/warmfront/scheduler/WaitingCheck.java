package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds what the queue knows by domain, and where demand may be unmet, against a look through all tasks. */
final class WaitingCheck {

    /** Long enough for a block or a back-off to pass, and for a month to begin. */
    private static final List<Duration> LATER = List.of(Duration.ZERO, Duration.ofMinutes(10), Duration.ofDays(40));

    private WaitingCheck() {}

    static void hold(CellState state, Instant now) {
        Map<IsolationDomain, Map<TenantId, Set<TaskId>>> found = scan(state);
        assertThat(indexed(state)).as("who waits where").isEqualTo(found);

        Set<IsolationDomain> unmet = new HashSet<>();
        state.queue().domains().stream().filter(DomainEntry::mayBeUnmet).forEach(domain -> unmet.add(domain.id()));
        List<DomainEntry> looked = state.queue().unmet().among(Touched.everything());
        assertThat(looked).extracting(DomainEntry::id).containsExactlyInAnyOrderElementsOf(unmet);
        for (DomainEntry domain : state.queue().domains()) {
            for (Duration later : LATER) {
                holdsWhatWasFound(state, now.plus(later), domain);
            }
        }
        for (IsolationDomain domain : found.keySet()) {
            if (!unmet.contains(domain)) {
                for (Duration later : LATER) {
                    assertThat(wants(state, now.plus(later), domain))
                            .as("demand of %s that nobody would look at, after %s", domain, later)
                            .isEmpty();
                }
            }
        }
    }

    /** What a domain was found to want last is what it would be found to want now. */
    private static void holdsWhatWasFound(CellState state, Instant at, DomainEntry domain) {
        List<DemandBook.Wanting> last = domain.wanting();
        if (last != null && PoolPlanner.lasts(state, at)) {
            assertThat(last)
                    .as("what %s wants at %s", domain.id(), at)
                    .isEqualTo(PoolPlanner.wanting(state, at, domain));
        }
    }

    private static Map<PoolId, List<PoolView.Want>> wants(CellState state, Instant at, IsolationDomain domain) {
        Map<PoolId, List<PoolView.Want>> wants = DemandBook.inOrder(
                DemandBook.of(state, at).wanting(pool -> pool.domain().equals(domain)));
        wants.keySet()
                .removeIf(pool -> state.index().of(pool).size()
                                >= state.poolSettings(pool).maxInstances()
                        && state.index().of(pool).standbyCount() == 0);
        return wants;
    }

    private static Map<IsolationDomain, Map<TenantId, Set<TaskId>>> scan(CellState state) {
        Map<IsolationDomain, Map<TenantId, Set<TaskId>>> found = new TreeMap<>();
        for (Task task : state.tasks()) {
            TenantProfile tenant = state.tenant(task.spec().tenant());
            if (task.state() == TaskState.QUEUED && task.notBefore() == null && tenant != null) {
                found.computeIfAbsent(tenant.domain(), key -> new TreeMap<>())
                        .computeIfAbsent(tenant.id(), key -> new TreeSet<>())
                        .add(task.spec().id());
            }
        }
        return found;
    }

    private static Map<IsolationDomain, Map<TenantId, Set<TaskId>>> indexed(CellState state) {
        Map<IsolationDomain, Map<TenantId, Set<TaskId>>> all = new TreeMap<>();
        for (DomainEntry domain : state.queue().domains()) {
            Map<TenantId, Set<TaskId>> ofDomain = new TreeMap<>();
            List<TenantId> order = new ArrayList<>();
            for (TenantEntry tenant : domain.waiting()) {
                order.add(tenant.id());
                Set<TaskId> tasks = new TreeSet<>();
                tenant.lanes().forEach(lane -> lane.tasks().forEach(tasks::add));
                ofDomain.put(tenant.id(), tasks);
            }
            assertThat(order).as("tenants of %s", domain.id()).isSorted();
            all.put(domain.id(), ofDomain);
        }
        return all;
    }
}
