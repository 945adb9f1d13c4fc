package dev.warmfront.pool;

import dev.warmfront.audit.AuditService;
import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CellService;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.problem.Problems;
import dev.warmfront.provider.Providers;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Pools and how they are run. */
@ApplicationScoped
public class PoolService {

    private final PoolDirectory directory;
    private final Providers providers;
    private final AuditService audit;
    private final CellInbox inbox;
    private final CellService cell;

    PoolService(PoolDirectory directory, Providers providers, AuditService audit, CellInbox inbox, CellService cell) {
        this.cell = cell;
        this.directory = directory;
        this.providers = providers;
        this.audit = audit;
        this.inbox = inbox;
    }

    /** Pools that have machines, settings of their own, or may get tasks that wait. */
    Uni<List<PoolView>> list() {
        return directory.read().map(known -> {
            Set<String> ids = new TreeSet<>(known.states().keySet());
            known.settings().keySet().stream().filter(id -> !id.isEmpty()).forEach(ids::add);
            List<Providers.Status> statuses = providers.statuses();
            for (Providers.Status status : statuses) {
                for (Offering offering : status.offerings()) {
                    known.queued().keySet().forEach(domain -> ids.add(offering.id() + "@" + domain));
                }
            }
            Map<PoolId, String> seen = cell.poolConditions();
            return ids.stream().map(id -> view(id, known, statuses, seen)).toList();
        });
    }

    private static PoolView view(
            String id, PoolDirectory.Known known, List<Providers.Status> statuses, Map<PoolId, String> seen) {
        PoolId pool = PoolId.parse(id);
        PoolSettings settings = known.settings().getOrDefault(id, known.defaults());
        String offering = pool.offering().value();
        List<String> conditions = new ArrayList<>();
        if (settings.paused()) {
            conditions.add("Paused by an operator: it serves what it has and changes nothing.");
        }
        if (settings.mode() == PoolMode.FORECAST_ONLY) {
            conditions.add(
                    "Its policy is only listened to: machines come when tasks need them and stay for the keep-alive.");
        }
        boolean offered = statuses.stream()
                .flatMap(status -> status.offerings().stream())
                .anyMatch(one -> one.id().equals(pool.offering()));
        if (!offered) {
            conditions.add("No configured provider offers this any more.");
        }
        for (Providers.Status status : statuses) {
            if (!status.trouble().isEmpty() && offering.startsWith(status.id() + "/")) {
                conditions.add("Provider " + status.id() + ": " + status.trouble());
            }
        }
        String drift = seen.get(pool);
        if (drift != null) {
            conditions.add(drift.substring(0, 1).toUpperCase(Locale.ROOT) + drift.substring(1) + ".");
        }
        return PoolView.of(
                offering,
                pool.domain().key(),
                settings,
                known.states().getOrDefault(id, Map.of()),
                known.queued().getOrDefault(pool.domain().key(), 0L),
                conditions,
                settings.mode() == PoolMode.FORECAST_ONLY ? known.advice().get(id) : null);
    }

    /**
     * Changes how a pool is run.
     *
     * @param id the pool, or null for the default of all pools without settings of their own
     */
    Uni<PoolView.SettingsView> change(@Nullable String id, UnaryOperator<PoolSettings> change, String actor) {
        PoolId pool = id == null ? null : parse(id);
        return directory.read().chain(known -> {
            PoolSettings current =
                    id == null ? known.defaults() : known.settings().getOrDefault(id, known.defaults());
            PoolSettings wanted = change.apply(current);
            return inbox.submit(new Event.PoolPut(pool, wanted))
                    .invoke(answer -> {
                        if (answer instanceof Answer.Refused refused) {
                            throw Problems.refused(refused);
                        }
                    })
                    .chain(() ->
                            audit.note(actor, "pool-settings-changed", id == null ? "default" : id, wanted.toString()))
                    .map(done -> PoolView.SettingsView.of(wanted));
        });
    }

    private static PoolId parse(String id) {
        try {
            return PoolId.parse(id);
        } catch (IllegalArgumentException e) {
            throw Problems.malformed("pool: " + e.getMessage() + "; GET /v1/pools lists them.");
        }
    }
}
