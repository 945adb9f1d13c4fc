package dev.warmfront.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Finds who holds a key. Not a store: it is asked before anybody knows the tenant. */
@ApplicationScoped
class KeyDirectory {

    /** Replicas notice a revoked key after this long; the one that revoked it at once. */
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private static final int MOST = 10_000;

    /** The identity's attribute with the tenant's id; empty for operators. */
    static final String TENANT = "tenant";

    /**
     * A valid key.
     *
     * @param tenant whose, empty for operators
     * @param identity made once: every request of the key has the same
     */
    record Holder(String tenant, String keyId, Role role, SecurityIdentity identity) {
        static Holder of(String tenant, String keyId, Role role) {
            String actor = (tenant.isEmpty() ? "operator" : tenant) + "/" + keyId;
            SecurityIdentity identity = QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal(actor))
                    .addRoles(role.grants())
                    .addAttribute(TENANT, tenant)
                    .build();
            return new Holder(tenant, keyId, role, identity);
        }
    }

    private final Mutiny.SessionFactory sessions;
    private final Cache<String, Holder> known =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST).build();

    KeyDirectory(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<Optional<Holder>> find(String key) {
        Holder remembered = known.getIfPresent(key);
        if (remembered != null) {
            return Uni.createFrom().item(Optional.of(remembered));
        }
        return sessions.withSession(session -> session.createQuery(
                                "from ApiKeyRow where keyHash = :hash and revokedAt is null", ApiKeyRow.class)
                        .setParameter("hash", ApiKeys.hash(key))
                        .getSingleResultOrNull())
                .map(row -> Optional.ofNullable(row).flatMap(found -> Role.of(found.role)
                        .map(role -> Holder.of(found.tenantId, found.keyId, role))))
                .invoke(found -> found.ifPresent(holder -> known.put(key, holder)));
    }

    void forgetAll() {
        known.invalidateAll();
    }
}
