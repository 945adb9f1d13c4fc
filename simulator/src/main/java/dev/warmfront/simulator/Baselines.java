package dev.warmfront.simulator;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReactivePolicy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** The baselines of policy.md §7, each with the knob that is swept. */
public final class Baselines {

    /** Never the limit in a replay. */
    private static final int UNLIMITED = 1_000_000;

    /** Knobs that count. */
    private static final Set<String> WHOLE = Set.of("machines", "machines ready", "minutes of range");

    private Baselines() {}

    private record Family(
            String name, String knob, List<Double> sweep, BiFunction<Double, ReplayOptions, Candidate> maker)
            implements PolicyFamily {

        @Override
        public boolean countsWholes() {
            return WHOLE.contains(knob);
        }

        @Override
        public Candidate at(double value, ReplayOptions options) {
            return maker.apply(value, options);
        }
    }

    /** All that a scheduler can run, the product's own policy last. */
    public static List<PolicyFamily> all() {
        return List.of(
                reactive(),
                fixedKeepAlive(),
                utilisation(),
                hybridHistogram(),
                greedyDual(),
                staticPool(),
                harmonics(),
                seasonal(),
                lowerEnvelope(),
                new WarmfrontFamily());
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

    static PolicyFamily utilisation() {
        return new Family(
                UtilisationPolicy.NAME,
                "utilisation",
                List.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02),
                (knob, options) -> candidate(new UtilisationPolicy(knob), Duration.ZERO));
    }

    static PolicyFamily hybridHistogram() {
        return new Family(
                HybridHistogramPolicy.NAME,
                "minutes of range",
                List.of(5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 240.0),
                (knob, options) -> candidate(new HybridHistogramPolicy((int) Math.round(knob)), Duration.ZERO));
    }

    static PolicyFamily greedyDual() {
        return new Family(
                GreedyDualPolicy.NAME,
                "machines",
                List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0),
                (knob, options) -> candidate(
                        new GreedyDualPolicy(
                                (int) Math.round(knob), options.launch().medianMicros() / 1e6),
                        Duration.ZERO));
    }

    static PolicyFamily staticPool() {
        return new Family(
                StaticPoolPolicy.NAME,
                "machines ready",
                List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0),
                (knob, options) -> candidate(new StaticPoolPolicy((int) Math.round(knob)), Duration.ZERO));
    }

    static PolicyFamily harmonics() {
        return new Family(
                HarmonicsPolicy.NAME,
                "margin",
                List.of(-0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
                (knob, options) -> candidate(
                        new HarmonicsPolicy(
                                knob, (int) Math.ceilDiv(options.launch().medianMicros(), DemandPolicy.MINUTE) + 1),
                        Duration.ZERO));
    }

    static PolicyFamily seasonal() {
        return new Family(
                SeasonalPolicy.NAME,
                "quantile",
                List.of(0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0),
                (knob, options) ->
                        candidate(new SeasonalPolicy(knob, options.launch().medianMicros()), Duration.ZERO));
    }

    static PolicyFamily lowerEnvelope() {
        return new Family(
                LowerEnvelopePolicy.NAME,
                "USD per hour of waiting",
                List.of(0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
                (knob, options) -> candidate(
                        new LowerEnvelopePolicy(
                                options.economics(),
                                HourlyRate.ofDollars(BigDecimal.valueOf(knob).setScale(9, RoundingMode.HALF_UP))),
                        Duration.ZERO));
    }

    private static PolicyFamily.Candidate candidate(PoolPolicy policy, Duration keepAlive) {
        return new PolicyFamily.Candidate(
                policy, new PoolSettings(policy.name(), keepAlive, null, Duration.ZERO, 0, UNLIMITED, PoolMode.ACTIVE));
    }
}
