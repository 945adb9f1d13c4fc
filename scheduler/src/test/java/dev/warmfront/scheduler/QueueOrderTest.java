package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueOrderTest {

    private final FairQueue queue = new FairQueue(new Tenants(), new Domains());

    @Test
    void aTaskThatComesBackTakesItsOldPlace() {
        Task first = queued("t-1", 5, Fixtures.START);
        Task second = queued("t-2", 5, Fixtures.START.plusSeconds(1));
        FairQueue.Place place = queue.add(first);
        queue.add(second);

        queue.remove(place);
        queue.add(first);

        assertThat(order()).containsExactly("t-1", "t-2");
    }

    @Test
    void priorityGoesBeforeAge() {
        queue.add(queued("t-1", 5, Fixtures.START));
        queue.add(queued("t-2", 9, Fixtures.START.plusSeconds(1)));
        queue.add(queued("t-3", 0, Fixtures.START.minusSeconds(1)));

        assertThat(order()).containsExactly("t-2", "t-1", "t-3");
    }

    @Test
    void whoChangesItsDomainTakesItsTasksAlong() {
        queue.put(Fixtures.tenant("ann", 1, Isolation.SHARED));
        FairQueue.Place place = queue.add(queued("t-1", 5, Fixtures.START));

        queue.put(Fixtures.tenant("ann", 1, Isolation.DEDICATED));

        IsolationDomain own = new IsolationDomain("tenant:ann");
        assertThat(queue.domains()).extracting(DomainEntry::id).containsExactly(own);
        assertThat(queue.waiting(own)).extracting(TenantEntry::id).containsExactly(new TenantId("ann"));
        assertThat(queue.waiting(IsolationDomain.SHARED)).isEmpty();
        assertThat(queue.domain(new TenantId("ann")))
                .extracting(DomainEntry::id)
                .isEqualTo(own);
        queue.remove(place);
        assertThat(queue.domains()).isEmpty();
        assertThat(queue.tenantsWaiting()).isZero();
    }

    private List<String> order() {
        Lane lane = queue.lanes(new TenantId("ann")).iterator().next();
        List<String> ids = new java.util.ArrayList<>();
        for (TaskId id : lane.tasks()) {
            ids.add(id.value());
        }
        return ids;
    }

    private static Task queued(String id, int priority, Instant submittedAt) {
        return new Task(
                Fixtures.withPriority(Fixtures.task("ann", id), priority),
                TaskState.QUEUED,
                0,
                0,
                0,
                null,
                submittedAt,
                submittedAt,
                null,
                null,
                null,
                null,
                null,
                null,
                "");
    }
}
