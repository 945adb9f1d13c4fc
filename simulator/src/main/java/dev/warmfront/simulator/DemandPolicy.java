package dev.warmfront.simulator;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.time.Instant;
import java.util.List;

/** A policy that decides by how many tasks want a machine over time. */
abstract class DemandPolicy implements PoolPolicy, DemandObserver {

    static final long MINUTE = 60_000_000L;

    final Concurrency concurrency;

    /** @param kept bins that are remembered */
    DemandPolicy(long binMicros, int kept) {
        concurrency = new Concurrency(binMicros, kept);
    }

    @Override
    public void eligible(TaskSpec task, Instant at) {
        concurrency.change(1, micros(at));
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        // It wants a machine from when it is eligible.
    }

    @Override
    public void ended(TaskSpec task, Instant at) {
        concurrency.change(-1, micros(at));
    }

    @Override
    public final List<Step> plan(PoolView pool, Instant now) {
        long micros = micros(now);
        concurrency.pass(micros);
        return plan(pool, micros);
    }

    abstract List<Step> plan(PoolView pool, long nowMicros);

    static long micros(Instant at) {
        return (at.getEpochSecond() - Simulation.ORIGIN.getEpochSecond()) * 1_000_000 + at.getNano() / 1000;
    }
}
