package dev.warmfront.tenant;

import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant creates, looks at and deletes under a name.
 *
 * @param <R> as a row
 * @param <V> as an answer
 */
public abstract class NamedService<R, V> {

    private final Mutiny.SessionFactory sessions;
    private final NamedStore<R> store;
    private final TenantService tenants;
    private final IdempotencyService idempotency;

    protected NamedService(
            Mutiny.SessionFactory sessions,
            NamedStore<R> store,
            TenantService tenants,
            IdempotencyService idempotency) {
        this.sessions = sessions;
        this.store = store;
        this.tenants = tenants;
        this.idempotency = idempotency;
    }

    /** A row as it is answered. */
    protected abstract V view(R row);

    /**
     * Creates one, once.
     *
     * @param key the request's idempotency key
     * @param operation method and path
     * @param request what was sent
     * @param otherwise what to do where the name is taken, after a semicolon
     * @param row made where it is not
     */
    protected Uni<Reply> create(
            TenantId tenant,
            @Nullable String key,
            String operation,
            Object request,
            String name,
            String otherwise,
            Supplier<R> row) {
        return tenants.require(tenant)
                .chain(() -> idempotency.once(
                        tenant, key, operation, request, session -> store.requireNone(tenant, name, otherwise, session)
                                .map(nobody -> row.get())
                                .call(made -> session.persist(made).chain(session::flush))
                                .map(made -> new Reply(201, idempotency.write(view(made))))));
    }

    /** The one of that name, or a problem. */
    public Uni<V> get(TenantId tenant, String name) {
        return sessions.withSession(session -> store.require(tenant, name, session))
                .map(this::view);
    }

    /** All, by name. */
    public Uni<List<V>> list(TenantId tenant) {
        return sessions.withSession(session -> store.list(tenant, session))
                .map(rows -> rows.stream().map(this::view).toList());
    }

    /** What was made with it keeps it. */
    public Uni<Void> delete(TenantId tenant, String name) {
        return sessions.withTransaction(
                session -> store.require(tenant, name, session).chain(session::remove));
    }

    /** Rows of those of the names that exist. */
    protected Uni<List<R>> rows(TenantId tenant, Collection<String> names) {
        return names.isEmpty()
                ? Uni.createFrom().item(List.of())
                : sessions.withSession(session -> store.named(tenant, names, session));
    }

    /** Now, as precisely as the database has it. */
    protected static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
