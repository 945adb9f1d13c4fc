package dev.warmfront.scheduler;

import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Curves for tests of reservations. */
final class Curves {

    private static final long MIB = 1 << 20;

    private Curves() {}

    static ResourceCurve.Rung rung(long amount, long afterSeconds, int permille) {
        return new ResourceCurve.Rung(amount, Duration.ofSeconds(afterSeconds), permille);
    }

    /** A quarter of a core; so much memory at first, so much later; a minute, two at most. */
    static ResourceCurve memory(long firstMib, long laterMib, long afterSeconds, int permille) {
        return new ResourceCurve(
                List.of(rung(250, 0, 1000)),
                List.of(rung(firstMib * MIB, 0, 1000), rung(laterMib * MIB, afterSeconds, permille)),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2));
    }

    /** Says that the tenant's tasks of the fixtures' type are like this. */
    static Event.CurvesLearned of(String tenant, ResourceCurve curve) {
        return new Event.CurvesLearned(new TenantId(tenant), new TreeMap<>(Map.of("type", curve)));
    }
}
