package dev.warmfront.simulator;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Claim;
import dev.warmfront.scheduler.DemandListener;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.PastLoad;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code warmfront} as a control plane runs it: when lead times are no longer what they were taken for, a fresh policy takes its
 * place that is told all that was.
 */
final class RenewedPolicy implements PoolPolicy, DemandListener {

    private final Function<LeadTimes, WarmfrontPolicy> maker;
    private final Queue<Rehearsal.Planned> later;
    private final List<Consumer<DemandListener>> told = new ArrayList<>();
    private WarmfrontPolicy now;

    /** @param planned in the order of time, at least one; the first holds from the beginning */
    RenewedPolicy(List<Rehearsal.Planned> planned, Function<LeadTimes, WarmfrontPolicy> maker) {
        this.maker = maker;
        this.later = new ArrayDeque<>(planned);
        this.now = maker.apply(later.remove().leads());
    }

    private void renew(Instant at) {
        while (!later.isEmpty()
                && !at.isBefore(Simulation.instantOf(later.peek().fromMicros()))) {
            now = maker.apply(later.remove().leads());
            told.forEach(one -> one.accept(now));
        }
    }

    private void tell(Consumer<DemandListener> news) {
        told.add(news);
        news.accept(now);
    }

    @Override
    public String name() {
        return WarmfrontPolicy.NAME;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant at) {
        renew(at);
        return now.plan(pool, at);
    }

    @Override
    public void expected(
            PoolId pool, Offering offering, double share, TaskSpec task, Collection<TaskId> after, Instant at) {
        tell(policy -> policy.expected(pool, offering, share, task, after, at));
    }

    @Override
    public void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at) {
        tell(policy -> policy.wanted(pool, offering, share, task, at));
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        tell(policy -> policy.began(task, at));
    }

    @Override
    public void over(TaskSpec task, Instant at) {
        tell(policy -> policy.over(task, at));
    }

    @Override
    public void learned(TenantId tenant, SortedMap<String, List<Follows>> successors) {
        tell(policy -> policy.learned(tenant, successors));
    }

    @Override
    public void loaded(PastLoad load) {
        tell(policy -> policy.loaded(load));
    }

    @Override
    public @Nullable Claim claim(PoolId pool, TaskSpec task) {
        return now.claim(pool, task);
    }
}
