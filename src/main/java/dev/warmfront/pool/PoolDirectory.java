package dev.warmfront.pool;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.PoolSettings;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;

/** Pools for reading, across tenants: for operators. */
@ApplicationScoped
class PoolDirectory {

    /**
     * What the database knows of pools.
     *
     * @param states machines by pool id and state
     * @param settings by pool id; the empty id is the default
     * @param queued waiting tasks by isolation domain
     * @param advice what policies that are only listened to would do, by pool id
     */
    record Known(
            Map<String, Map<String, Long>> states,
            Map<String, PoolSettings> settings,
            Map<String, Long> queued,
            Map<String, PoolView.AdviceView> advice) {
        PoolSettings defaults() {
            return settings.getOrDefault("", PoolSettings.DEFAULT);
        }
    }

    private final Mutiny.SessionFactory sessions;

    PoolDirectory(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<Known> read() {
        return sessions.withSession(session -> rows(
                        session,
                        "select offering_id || '@' || domain, state, count(*) from instance"
                                + " where state not in ('TERMINATED', 'FAILED') group by 1, 2")
                .chain(states -> rows(session, "select pool_id, cast(settings as text), '' from pool")
                        .chain(settings -> rows(
                                        session,
                                        "select n.tenant_id, n.isolation, count(*) from task t join tenant n using (tenant_id)"
                                                + " where t.live and t.state = 'QUEUED' group by 1, 2")
                                .chain(queued -> rows(
                                                session,
                                                "select pool_id, policy, launches, starts, stops, ends, loads, reason"
                                                        + " from pool_advice")
                                        .map(advice -> known(states, settings, queued, advice))))));
    }

    private static Uni<List<Object[]>> rows(Mutiny.Session session, String sql) {
        return session.createNativeQuery(sql, Object[].class).getResultList();
    }

    private static Known known(
            List<Object[]> states, List<Object[]> settings, List<Object[]> queued, List<Object[]> advice) {
        Map<String, Map<String, Long>> byPool = new TreeMap<>();
        states.forEach(row -> byPool.computeIfAbsent((String) row[0], pool -> new HashMap<>())
                .put((String) row[1], ((Number) row[2]).longValue()));
        Map<String, PoolSettings> settingsByPool = new TreeMap<>();
        settings.forEach(row -> settingsByPool.put((String) row[0], CellJson.poolSettings((String) row[1])));
        Map<String, Long> byDomain = new TreeMap<>();
        queued.forEach(row -> byDomain.merge(
                IsolationDomain.of(new TenantId((String) row[0]), Isolation.valueOf((String) row[1]))
                        .key(),
                ((Number) row[2]).longValue(),
                Long::sum));
        Map<String, PoolView.AdviceView> adviceByPool = new TreeMap<>();
        advice.forEach(row -> adviceByPool.put(
                (String) row[0],
                new PoolView.AdviceView(
                        (String) row[1],
                        ((Number) row[2]).intValue(),
                        ((Number) row[3]).intValue(),
                        ((Number) row[4]).intValue(),
                        ((Number) row[5]).intValue(),
                        ((Number) row[6]).intValue(),
                        (String) row[7])));
        return new Known(byPool, settingsByPool, byDomain, adviceByPool);
    }
}
