package dev.warmfront.simulator;

import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The product's own policy. It needs no knob: it is told the target and finds its setting by itself. What is swept is how much of
 * the target it is told, to draw its frontier; the figure of record is that at 1.
 */
final class WarmfrontFamily implements PolicyFamily {

    /** Never the limit in a replay. */
    private static final int UNLIMITED = 1_000_000;

    @Override
    public String name() {
        return WarmfrontPolicy.NAME;
    }

    @Override
    public String knob() {
        return "of the target, 1 unless swept";
    }

    @Override
    public List<Double> sweep() {
        return List.of(2.0, 1.0, 0.5);
    }

    @Override
    public OptionalDouble frozen() {
        return OptionalDouble.of(1);
    }

    @Override
    public Candidate at(double knob, ReplayOptions options) {
        return new Candidate(
                new Observed(options, WaitAim.share(Math.clamp(knob * options.waitingShare(), 1e-4, 0.99))),
                new PoolSettings(
                        WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, UNLIMITED, PoolMode.ACTIVE));
    }

    /** Tells the policy of the tasks of the one pool of a replay. */
    private static final class Observed implements PoolPolicy, DemandObserver {

        private final WarmfrontPolicy policy;
        private final Offering offering;
        private final PoolId pool;

        Observed(ReplayOptions options, WaitAim aim) {
            policy = new WarmfrontPolicy(any -> options.economics(), aim);
            offering = options.offering();
            pool = new PoolId(offering.id(), IsolationDomain.SHARED);
        }

        @Override
        public String name() {
            return policy.name();
        }

        @Override
        public List<Step> plan(PoolView view, Instant now) {
            return policy.plan(view, now);
        }

        @Override
        public void submitted(TaskSpec task, Instant at) {
            if (!task.parents().isEmpty()) {
                policy.expected(pool, offering, 1, task, task.parents(), at);
            }
        }

        @Override
        public void eligible(TaskSpec task, Instant at) {
            policy.wanted(pool, offering, 1, task, at);
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            policy.began(task, at);
        }

        @Override
        public void ended(TaskSpec task, Instant at) {
            policy.over(task, at);
        }
    }
}
