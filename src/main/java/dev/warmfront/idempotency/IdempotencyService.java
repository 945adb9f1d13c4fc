package dev.warmfront.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmfront.cell.OnceOnly;
import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers a repeated request as the first was answered. The record is written in the same transaction as what the request
 * changed, so there is never one without the other.
 */
@ApplicationScoped
public class IdempotencyService {

    /** Whose keys operators' own requests have. No tenant can have this id. */
    public static final TenantId OPERATORS = new TenantId("operators:all");

    private static final Logger LOG = Logger.getLogger(IdempotencyService.class);
    private static final int LONGEST_KEY = 200;
    private static final Duration CLEAN_EVERY = Duration.ofHours(1);

    private final Mutiny.SessionFactory sessions;
    private final ObjectMapper json;

    IdempotencyService(Mutiny.SessionFactory sessions, ObjectMapper json) {
        this.sessions = sessions;
        this.json = json;
    }

    /** Records are kept for three days: long enough for any client that still repeats. */
    void start(@Observes StartupEvent event, Vertx vertx) {
        vertx.setPeriodic(CLEAN_EVERY.toMillis(), timer -> clean());
    }

    private void clean() {
        sessions.withTransaction(session -> session.createNativeQuery(
                                "delete from idempotency where created_at < now() - interval '3 days'")
                        .executeUpdate())
                .subscribe()
                .with(deleted -> {}, failure -> LOG.warnf("old idempotency keys stay: %s", failure.getMessage()));
    }

    /** A value as our answers have it. */
    public String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }

    /**
     * A request's fingerprint: of its meaning, not of its spacing.
     *
     * @param target method and path
     */
    public byte[] fingerprint(String target, Object request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(json.writeValueAsBytes(target));
            return digest.digest(json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException("a request has no fingerprint", e);
        }
    }

    /** The answer that the first request of this key got, if there was one. */
    public Uni<Optional<Reply>> earlier(TenantId tenant, String key, byte[] fingerprint) {
        check(key);
        return sessions.withSession(session -> earlier(session, tenant, key, fingerprint));
    }

    private Uni<Optional<Reply>> earlier(Mutiny.Session session, TenantId tenant, String key, byte[] fingerprint) {
        return session.createNativeQuery(
                        "select request_hash, status, body from idempotency where tenant_id = :tenant and key = :key",
                        Object[].class)
                .setParameter("tenant", tenant.value())
                .setParameter("key", key)
                .getSingleResultOrNull()
                .map(row -> {
                    if (row == null) {
                        return Optional.empty();
                    }
                    if (!Arrays.equals((byte[]) row[0], fingerprint)) {
                        throw Problems.invalid(
                                "Idempotency-Key", "this key was used for another request; take a new one");
                    }
                    return Optional.of(new Reply(((Number) row[1]).intValue(), (String) row[2]));
                });
    }

    /** What the cell shall write with its changes. */
    public OnceOnly record(TenantId tenant, String key, byte[] fingerprint, Reply reply) {
        return new OnceOnly(tenant, key, fingerprint, reply.status(), reply.body());
    }

    /**
     * Does the work in a transaction, unless it was done before.
     *
     * @param key null for a request that does not mind being done twice
     */
    public Uni<Reply> once(
            TenantId tenant,
            @Nullable String key,
            String target,
            Object request,
            Function<Mutiny.Session, Uni<Reply>> work) {
        if (key == null) {
            return sessions.withTransaction(work);
        }
        check(key);
        byte[] fingerprint = fingerprint(target, request);
        return sessions.withTransaction(session -> earlier(session, tenant, key, fingerprint)
                .chain(before -> before.isPresent()
                        ? Uni.createFrom().item(before.get())
                        : work.apply(session).call(reply -> remember(session, tenant, key, fingerprint, reply))));
    }

    private static Uni<Integer> remember(
            Mutiny.Session session, TenantId tenant, String key, byte[] fingerprint, Reply reply) {
        return session.createNativeQuery(
                        "insert into idempotency (tenant_id, key, request_hash, status, body, created_at)"
                                + " values (:tenant, :key, :hash, :status, :body, now())")
                .setParameter("tenant", tenant.value())
                .setParameter("key", key)
                .setParameter("hash", fingerprint)
                .setParameter("status", reply.status())
                .setParameter("body", reply.body())
                .executeUpdate();
    }

    private static void check(String key) {
        if (key.isBlank() || key.length() > LONGEST_KEY || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw Problems.malformed(
                    "Idempotency-Key must be 1 to " + LONGEST_KEY + " printable characters without spaces.");
        }
    }
}
