package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.time.Duration;
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
                new WarmfrontPolicy(
                        any -> options.economics(),
                        WaitAim.share(Math.clamp(knob * options.waitingShare(), 1e-4, 0.99))),
                new PoolSettings(
                        WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, UNLIMITED, PoolMode.ACTIVE));
    }
}
