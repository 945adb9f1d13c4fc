package dev.warmfront.tenant;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** Who sent the request, and for whom. */
@RequestScoped
public class Caller {

    static final String ON_BEHALF_OF = "X-Warmfront-Tenant";

    private final SecurityIdentity identity;
    private final RoutingContext request;

    Caller(SecurityIdentity identity, RoutingContext request) {
        this.identity = identity;
        this.request = request;
    }

    /** The tenant whose things the request is about: the key's own, or the one that an operator names. */
    public TenantId tenant() {
        String own = identity.getAttribute(KeyDirectory.TENANT);
        if (own != null && !own.isEmpty()) {
            return new TenantId(own);
        }
        String named = request.request().getHeader(ON_BEHALF_OF);
        if (named == null || named.isBlank()) {
            throw Problems.malformed("An operator says for which tenant: header " + ON_BEHALF_OF + ": TENANT.");
        }
        try {
            return new TenantId(named);
        } catch (IllegalArgumentException e) {
            throw Problems.malformed("Header " + ON_BEHALF_OF + ": " + e.getMessage() + ".");
        }
    }

    /** Whether the key is an operator's. */
    public boolean isOperator() {
        return identity.hasRole(Role.OPERATOR.text());
    }

    /** The same as {@link #tenant}, or empty where an operator names none: then the request is about all. */
    public Optional<TenantId> tenantOrAll() {
        String named = request.request().getHeader(ON_BEHALF_OF);
        boolean all = isOperator() && (named == null || named.isBlank());
        return all ? Optional.empty() : Optional.of(tenant());
    }

    /** For the audit. */
    public String actor() {
        return identity.getPrincipal().getName();
    }

    /** The most that the key permits. */
    String role() {
        for (Role role : new Role[] {Role.OPERATOR, Role.TENANT_WRITER}) {
            if (identity.hasRole(role.text())) {
                return role.text();
            }
        }
        return Role.TENANT_READER.text();
    }
}
