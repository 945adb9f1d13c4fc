package dev.warmfront.leadtime;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.scheduler.LeadQuantiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen, by offering, way and phase. Of an offering that nothing was seen of, its provider's other offerings tell. Safe for
 * threads.
 */
final class LeadTimeBook implements LeadQuantiles {

    /** A century or two: a quantile of very few observations may be absurd, not an overflow. */
    private static final double MOST_SECONDS = 8.6e9;

    /** @param offering an offering, or a provider by its name alone */
    private record Key(String offering, Way way, Phase phase) {}

    /**
     * What is known of an offering.
     *
     * @param seen observations
     */
    record Known(String offering, Way way, Phase phase, long seen, Duration median, Duration p90, Duration p99) {}

    private final Map<Key, LogNormal> seen = new HashMap<>();

    synchronized void add(OfferingId offering, Way way, Phase phase, Duration took) {
        double seconds = took.toNanos() / 1e9;
        seen.computeIfAbsent(new Key(offering.value(), way, phase), key -> new LogNormal())
                .observe(seconds);
        seen.computeIfAbsent(new Key(provider(offering), way, phase), key -> new LogNormal())
                .observe(seconds);
    }

    /** Takes what another knows in place of what is known. */
    void become(LeadTimeBook other) {
        Map<Key, LogNormal> copy;
        synchronized (other) {
            copy = new HashMap<>(other.seen);
            other.seen.clear();
        }
        synchronized (this) {
            seen.clear();
            seen.putAll(copy);
        }
    }

    @Override
    public synchronized Optional<Duration> quantile(Offering offering, Way way, Phase phase, double probability) {
        LogNormal own = seen.get(new Key(offering.id().value(), way, phase));
        LogNormal known = own == null ? seen.get(new Key(provider(offering.id()), way, phase)) : own;
        return Optional.ofNullable(known).map(law -> duration(law.quantile(probability)));
    }

    /** Of a provider's offerings what was seen, by name, way and phase. */
    synchronized List<Known> of(String provider) {
        List<Known> known = new ArrayList<>();
        seen.forEach((key, law) -> {
            if (key.offering().startsWith(provider + "/")) {
                known.add(new Known(
                        key.offering(),
                        key.way(),
                        key.phase(),
                        law.seen(),
                        duration(law.quantile(0.5)),
                        duration(law.quantile(0.9)),
                        duration(law.quantile(0.99))));
            }
        });
        known.sort(
                Comparator.comparing(Known::offering).thenComparing(Known::way).thenComparing(Known::phase));
        return known;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(Math.min(MOST_SECONDS, seconds) * 1e3));
    }

    /** An offering's name begins with its provider's. */
    private static String provider(OfferingId offering) {
        int slash = offering.value().indexOf('/');
        return slash < 0 ? offering.value() : offering.value().substring(0, slash);
    }
}
