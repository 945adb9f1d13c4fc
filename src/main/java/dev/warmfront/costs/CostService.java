package dev.warmfront.costs;

import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cost reports. */
@ApplicationScoped
public class CostService {

    private static final Duration DEFAULT_SPAN = Duration.ofDays(30);

    private final CostStore store;

    CostService(CostStore store) {
        this.store = store;
    }

    /**
     * A tenant's costs.
     *
     * @param from 30 days before {@code to} by default
     * @param to now by default
     * @param groupBy {@code kind} or {@code taskType}
     */
    Uni<CostView> costs(TenantId tenant, @Nullable String from, @Nullable String to, String groupBy) {
        if (!groupBy.equals("kind") && !groupBy.equals("taskType")) {
            throw Problems.malformed("groupBy is kind or taskType.");
        }
        Instant end = to == null ? Instant.now() : instant("to", to);
        Instant start = from == null ? end.minus(DEFAULT_SPAN) : instant("from", from);
        if (start.isAfter(end)) {
            throw Problems.malformed("from is after to.");
        }
        return store.sums(tenant, start, end, groupBy.equals("taskType"))
                .map(groups -> view(tenant, start, end, groups));
    }

    private static CostView view(TenantId tenant, Instant from, Instant to, Map<String, Sums> groups) {
        List<CostView.GroupView> views = groups.entrySet().stream()
                .map(group -> new CostView.GroupView(
                        group.getKey(),
                        group.getValue().total(),
                        group.getValue().of(ChargeKind.ACTIVE),
                        group.getValue().total() - group.getValue().of(ChargeKind.ACTIVE)))
                .toList();
        return new CostView(
                tenant.value(),
                from,
                to,
                sum(groups, null),
                sum(groups, ChargeKind.ACTIVE),
                sum(groups, ChargeKind.IDLE_HOT),
                sum(groups, ChargeKind.STANDBY),
                sum(groups, ChargeKind.LAUNCH),
                views);
    }

    private static long sum(Map<String, Sums> groups, @Nullable ChargeKind kind) {
        return groups.values().stream()
                .map(sums -> kind == null ? sums.total() : sums.of(kind))
                .reduce(0L, Math::addExact);
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Problems.malformed(name + " is a time like 2026-11-21T00:00:00Z.");
        }
    }
}
