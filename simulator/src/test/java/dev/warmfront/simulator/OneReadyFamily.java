package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A policy as another module would add one: found by the ServiceLoader. Holds as many machines as its knob says, at work or not. */
public final class OneReadyFamily implements PolicyFamily {

    @Override
    public String name() {
        return "one-ready";
    }

    @Override
    public String knob() {
        return "machines held";
    }

    @Override
    public List<Double> sweep() {
        return List.of(1.0, 2.0);
    }

    @Override
    public boolean countsWholes() {
        return true;
    }

    @Override
    public Candidate at(double knob, ReplayOptions options) {
        PoolPolicy policy = new PoolPolicy() {
            @Override
            public String name() {
                return "one-ready";
            }

            @Override
            public List<Step> plan(PoolView pool, Instant now) {
                return Steps.toLevel(pool, (int) knob);
            }
        };
        return new Candidate(
                policy,
                new PoolSettings("one-ready", Duration.ZERO, null, Duration.ZERO, 0, 1_000_000, PoolMode.ACTIVE));
    }
}
