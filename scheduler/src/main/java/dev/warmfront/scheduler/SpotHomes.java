package dev.warmfront.scheduler;

import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose tasks are told of as demand for spot machines, for tenants that bound their share: as many of those that wait or run as may
 * be there at a time. A memory like the policies' that are told: no task changes its home, and it is learned again from what was.
 */
final class SpotHomes {

    private record Told(boolean spot, long weight) {}

    private final Map<TenantId, SpotUse.Account> accounts = new HashMap<>();
    private final Map<TaskId, Told> told = new HashMap<>();

    /** Whether the task may be demand for that spot machine. */
    boolean mayBe(TaskSpec task, MachineLimits limits, Offering spot) {
        if (!limits.dividesSpot()) {
            return true;
        }
        Told before = told.get(task.id());
        SpotUse.Account account = accounts.get(task.tenant());
        return before != null
                ? before.spot()
                : account != null && account.hasRoom(limits.spotSharePpm(), SpotUse.weight(task.request(), spot));
    }

    /** The task is demand for such a machine until it is over. */
    void wanted(TaskSpec task, MachineLimits limits, Offering home) {
        if (!limits.dividesSpot() || told.containsKey(task.id())) {
            return;
        }
        Told now = new Told(SpotUse.isSpot(home), SpotUse.weight(task.request(), home));
        told.put(task.id(), now);
        accounts.computeIfAbsent(task.tenant(), tenant -> new SpotUse.Account()).add(now.spot(), now.weight());
    }

    void over(TaskSpec task) {
        Told before = told.remove(task.id());
        SpotUse.Account account = before == null ? null : accounts.get(task.tenant());
        if (before != null && account != null) {
            account.add(before.spot(), -before.weight());
        }
    }
}
