package dev.warmfront.costs;

import dev.warmfront.domain.ChargeKind;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums of charges, by kind. */
final class Sums {

    private final Map<ChargeKind, Long> byKind = new EnumMap<>(ChargeKind.class);

    void add(ChargeKind kind, long nanos) {
        byKind.merge(kind, nanos, Math::addExact);
    }

    long of(ChargeKind kind) {
        return byKind.getOrDefault(kind, 0L);
    }

    long total() {
        return byKind.values().stream().reduce(0L, Math::addExact);
    }

    /** Rows of (key, kind, sum) by key, in their order. */
    static Map<String, Sums> grouped(List<Object[]> rows) {
        Map<String, Sums> groups = new LinkedHashMap<>();
        for (Object[] row : rows) {
            groups.computeIfAbsent((String) row[0], key -> new Sums())
                    .add(ChargeKind.valueOf((String) row[1]), exact(row[2]));
        }
        return groups;
    }

    /** What the database's {@code sum} of 64-bit numbers is. */
    static long exact(Object sum) {
        return sum instanceof BigDecimal decimal ? decimal.longValueExact() : ((Number) sum).longValue();
    }
}
