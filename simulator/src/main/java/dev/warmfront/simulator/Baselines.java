package dev.warmfront.simulator;

import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReactivePolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/** The baselines of policy.md §7, each with the knob that is swept. */
public final class Baselines {

    /** Never the limit in a replay. */
    private static final int UNLIMITED = 1_000_000;

    private Baselines() {}

    private record Family(
            String name, String knob, List<Double> sweep, BiFunction<Double, ReplayOptions, Candidate> maker)
            implements PolicyFamily {

        @Override
        public Candidate at(double value, ReplayOptions options) {
            return maker.apply(value, options);
        }
    }

    /** All of them. */
    public static List<PolicyFamily> all() {
        return List.of(reactive(), fixedKeepAlive());
    }

    /**
     * Those of these names.
     *
     * @throws IllegalArgumentException naming the known ones when one is unknown
     */
    public static List<PolicyFamily> named(List<String> names) {
        return names.stream()
                .map(name -> all().stream()
                        .filter(family -> family.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no policy is called " + name + "; known are "
                                + String.join(
                                        ", ",
                                        all().stream().map(PolicyFamily::name).toList()))))
                .toList();
    }

    static PolicyFamily reactive() {
        return new Family(
                "reactive", "", List.of(0.0), (knob, options) -> candidate(new ReactivePolicy(), Duration.ZERO));
    }

    static PolicyFamily fixedKeepAlive() {
        return new Family(
                "fixed-keep-alive",
                "minutes hot",
                List.of(0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0),
                (knob, options) -> candidate(new FixedKeepAlivePolicy(), Duration.ofMillis(Math.round(knob * 60_000))));
    }

    private static PolicyFamily.Candidate candidate(PoolPolicy policy, Duration keepAlive) {
        return new PolicyFamily.Candidate(
                policy, new PoolSettings(policy.name(), keepAlive, null, Duration.ZERO, 0, UNLIMITED, false));
    }
}
