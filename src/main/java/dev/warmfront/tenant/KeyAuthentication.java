package dev.warmfront.tenant;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Knows callers by their keys. */
@ApplicationScoped
public class KeyAuthentication implements HttpAuthenticationMechanism {

    static final String TENANT = "tenant";
    static final String KEY = "key";
    private static final String BEARER = "Bearer ";

    private final KeyDirectory keys;

    KeyAuthentication(KeyDirectory keys) {
        this.keys = keys;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager others) {
        String key = key(context.request().getHeader("Authorization"));
        if (key == null) {
            // Nobody, or an agent, whose tokens are looked at where agents call in.
            return Uni.createFrom().nullItem();
        }
        return keys.find(key).map(found -> identity(found.orElseThrow(AuthenticationFailedException::new)));
    }

    private static @Nullable String key(@Nullable String header) {
        return header != null && header.startsWith(BEARER + ApiKeys.PREFIX) ? header.substring(BEARER.length()) : null;
    }

    private static SecurityIdentity identity(KeyDirectory.Holder holder) {
        String actor = (holder.tenant().isEmpty() ? "operator" : holder.tenant()) + "/" + holder.keyId();
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(actor))
                .addRoles(holder.role().grants())
                .addAttribute(TENANT, holder.tenant())
                .addAttribute(KEY, holder.keyId())
                .build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
    }
}
