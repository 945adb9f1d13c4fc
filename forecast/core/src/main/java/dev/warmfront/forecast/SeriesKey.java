package dev.warmfront.forecast;

import dev.warmfront.domain.TenantId;
import java.util.Comparator;

/**
 * What a series counts: the tasks of one type of a tenant, all of a tenant's, or all of a pool's.
 *
 * @param pool what the counts add up to; empty for the cell as a whole
 * @param tenant whose; empty for the pool's sum
 * @param taskType of what; empty for the tenant's sum
 */
public record SeriesKey(String pool, String tenant, String taskType) implements Comparable<SeriesKey> {

    private static final Comparator<SeriesKey> ORDER = Comparator.comparing(SeriesKey::pool)
            .thenComparing(SeriesKey::tenant)
            .thenComparing(SeriesKey::taskType);

    public SeriesKey {
        if (tenant.isEmpty() && !taskType.isEmpty()) {
            throw new IllegalArgumentException("a task type belongs to a tenant: " + taskType);
        }
    }

    /** The series of one task type of a tenant. */
    public static SeriesKey of(String pool, TenantId tenant, String taskType) {
        return new SeriesKey(pool, tenant.value(), taskType);
    }

    /** The sum that this is part of; the pool's sum is part of itself. */
    public SeriesKey parent() {
        return new SeriesKey(pool, taskType.isEmpty() ? "" : tenant, "");
    }

    public boolean isPool() {
        return tenant.isEmpty();
    }

    @Override
    public int compareTo(SeriesKey other) {
        return ORDER.compare(this, other);
    }
}
