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

/** The product's own policy, on the terms of the baselines: its knob is what a wait is worth. */
final class WarmfrontFamily implements PolicyFamily {

    /** Never the limit in a replay. */
    private static final int UNLIMITED = 1_000_000;

    @Override
    public String name() {
        return WarmfrontPolicy.NAME;
    }

    @Override
    public String knob() {
        return "instance seconds that a wait is worth";
    }

    @Override
    public List<Double> sweep() {
        return List.of(3.0, 10.0, 20.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e5);
    }

    @Override
    public Candidate at(double knob, ReplayOptions options) {
        return new Candidate(
                new Observed(options, WaitAim.priced(options.waitingShare(), knob)),
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
