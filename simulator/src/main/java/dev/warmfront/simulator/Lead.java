package dev.warmfront.simulator;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** How long a transition takes: the same each time, or drawn. */
public sealed interface Lead {

    /** The middle value: what a clairvoyant is charged for. */
    long medianMicros();

    /**
     * One draw, microseconds, ≥ 0.
     *
     * @param nowMicros when it begins, since the origin
     */
    long draw(RandomGenerator random, long nowMicros);

    /** Always as long. */
    record Constant(long micros) implements Lead {

        public Constant {
            require(micros);
        }

        @Override
        public long medianMicros() {
            return micros;
        }

        @Override
        public long draw(RandomGenerator random, long nowMicros) {
            return micros;
        }
    }

    /**
     * Log-normal, as measured launches roughly are, given by two percentiles.
     *
     * @param p50Micros the median, > 0
     * @param p99Micros 99 of 100 take at most so long, ≥ the median
     */
    record LogNormal(long p50Micros, long p99Micros) implements Lead {

        /** The standard normal distribution's 0.99 quantile. */
        private static final double Z99 = 2.3263478740408408;

        public LogNormal {
            require(p50Micros);
            if (p50Micros == 0 || p99Micros < p50Micros) {
                throw new IllegalArgumentException("a lead time needs 0 < p50 ≤ p99");
            }
            require(p99Micros);
        }

        @Override
        public long medianMicros() {
            return p50Micros;
        }

        @Override
        public long draw(RandomGenerator random, long nowMicros) {
            double sigma = Math.log((double) p99Micros / p50Micros) / Z99;
            // Seven days: a draw far out in the tail must not outlast the simulation's sums of times.
            return Math.min(Math.round(p50Micros * Math.exp(sigma * random.nextGaussian())), 604_800_000_000L);
        }
    }

    /** One of those that were measured. */
    final class Empirical implements Lead {

        private final long[] sorted;

        /** @param micros what was measured, at least one */
        public Empirical(long... micros) {
            if (micros.length == 0) {
                throw new IllegalArgumentException("nothing was measured");
            }
            sorted = micros.clone();
            Arrays.sort(sorted);
            require(sorted[0]);
            require(sorted[sorted.length - 1]);
        }

        @Override
        public long medianMicros() {
            return sorted[(sorted.length - 1) / 2];
        }

        @Override
        public long draw(RandomGenerator random, long nowMicros) {
            return sorted[random.nextInt(sorted.length)];
        }
    }

    /** What was measured, as it was at the time: as long as the one that began nearest to it. */
    final class Recorded implements Lead {

        private final TreeMap<Long, Long> byBeginning = new TreeMap<>();
        private final Empirical all;

        /**
         * @param beganMicros since the origin, in any order; of two that began at once the last counts
         * @param micros as many, at least one
         */
        public Recorded(long[] beganMicros, long[] micros) {
            all = new Empirical(micros);
            for (int i = 0; i < micros.length; i++) {
                byBeginning.put(beganMicros[i], micros[i]);
            }
        }

        @Override
        public long medianMicros() {
            return all.medianMicros();
        }

        @Override
        public long draw(RandomGenerator random, long nowMicros) {
            Map.Entry<Long, Long> before = byBeginning.floorEntry(nowMicros);
            Map.Entry<Long, Long> after = byBeginning.ceilingEntry(nowMicros);
            boolean later =
                    before == null || (after != null && after.getKey() - nowMicros < nowMicros - before.getKey());
            return Objects.requireNonNull(later ? after : before).getValue();
        }
    }

    /** Seconds, the same each time. */
    static Lead ofSeconds(double seconds) {
        return new Constant(CsvTable.toMicros(seconds));
    }

    /**
     * {@code 60} or {@code 60:180}, p50:p99, in seconds.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Lead parse(String text) {
        try {
            int colon = text.indexOf(':');
            if (colon < 0) {
                return ofSeconds(Double.parseDouble(text));
            }
            return new LogNormal(
                    CsvTable.toMicros(Double.parseDouble(text.substring(0, colon))),
                    CsvTable.toMicros(Double.parseDouble(text.substring(colon + 1))));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is neither seconds nor p50:p99 in seconds", e);
        }
    }

    private static void require(long micros) {
        if (micros < 0 || micros > 604_800_000_000L) {
            throw new IllegalArgumentException("a lead time must be 0 to 7 days, not " + micros / 1e6 + " s");
        }
    }
}
