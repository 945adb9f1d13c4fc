package dev.warmfront.scheduler;

import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.TenantProfile;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which domains' queues a decision may have to look at again. After each decision nothing that could be placed or launched
 * for is left undone, so only what has changed since can be; of thousands of tenants with work in their queues an event
 * concerns one. What changes by time alone (budgets, pauses) is seen to on the tick, which looks at all.
 */
final class Touched implements Predicate<TenantProfile> {

    private final boolean all;
    private final Set<IsolationDomain> domains;

    private Touched(boolean all, Set<IsolationDomain> domains) {
        this.all = all;
        this.domains = domains;
    }

    static Touched everything() {
        return new Touched(true, Set.of());
    }

    /**
     * Domains in which a task or a machine has changed; all of them where anything else has.
     *
     * @param from the number of the first change that counts
     */
    static Touched by(Deciding deciding, int from) {
        Set<IsolationDomain> domains = new HashSet<>(2);
        for (Change change : deciding.changes().subList(from, deciding.changes().size())) {
            switch (change) {
                case Change.TaskChanged(Task task, TaskTrigger trigger) -> {
                    TenantProfile tenant = deciding.state().tenant(task.spec().tenant());
                    if (tenant != null) {
                        domains.add(tenant.domain());
                    }
                }
                case Change.InstanceChanged moved -> domains.add(moved.after().domain());
                case Change.ChargeMade charge -> {
                    // Takes away only.
                }
                case Change.IntentChanged intent -> {
                    // The machine's own change follows.
                }
                case Change.SequenceAdvanced sequence -> {
                    // Nobody's.
                }
                case Change.WorkflowAccepted workflow -> {
                    // Its tasks follow.
                }
                default -> {
                    return everything();
                }
            }
        }
        return new Touched(false, domains);
    }

    @Override
    public boolean test(TenantProfile tenant) {
        return all || domains.contains(tenant.domain());
    }
}
