package dev.warmfront.tenant;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Rows that each tenant has under names of its own.
 *
 * @param <R> their entity, whose property {@code tenantId} is the tenant's
 */
public abstract class NamedStore<R> {

    private final Class<R> type;
    private final String what;
    private final BiFunction<String, String, ?> key;
    private final String ofTenant;
    private final String name;

    /**
     * @param what what people call such a thing
     * @param name the property that is the name
     * @param key a row's identity, of its tenant and its name
     */
    protected NamedStore(Class<R> type, String what, String name, BiFunction<String, String, ?> key) {
        this.type = type;
        this.what = what;
        this.key = key;
        this.name = name;
        this.ofTenant = "from " + type.getSimpleName() + " where tenantId = :tenant";
    }

    /**
     * A problem where the name is taken.
     *
     * @param otherwise what to do then
     */
    Uni<?> requireNone(TenantId tenant, String named, String otherwise, Mutiny.Session session) {
        return session.find(type, key.apply(tenant.value(), named)).invoke(row -> {
            if (row != null) {
                String capital = what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1);
                throw Problems.conflict("%s %s is there already; %s.".formatted(capital, named, otherwise));
            }
        });
    }

    /** The row of that name, or a problem. */
    public Uni<R> require(TenantId tenant, String named, Mutiny.Session session) {
        return session.find(type, key.apply(tenant.value(), named))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no " + what + " " + named + "."));
    }

    /** All of a tenant, by name. */
    Uni<List<R>> list(TenantId tenant, Mutiny.Session session) {
        return session.createQuery(ofTenant + " order by " + name, type)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    /** Those of the names that exist. */
    Uni<List<R>> named(TenantId tenant, Collection<String> names, Mutiny.Session session) {
        return session.createQuery(ofTenant + " and " + name + " in (:names)", type)
                .setParameter("tenant", tenant.value())
                .setParameter("names", names)
                .getResultList();
    }
}
