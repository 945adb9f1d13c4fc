package dev.warmfront.tenant;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Knows callers by their keys. */
@ApplicationScoped
public class KeyAuthentication implements HttpAuthenticationMechanism {

    private static final String BEARER = "Bearer ";

    private final KeyDirectory keys;
    private final RateLimit limit;

    KeyAuthentication(KeyDirectory keys, RateLimit limit) {
        this.keys = keys;
        this.limit = limit;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager others) {
        String key = key(context.request().getHeader("Authorization"));
        if (key == null) {
            // Nobody, or an agent, whose tokens are looked at where agents call in.
            return Uni.createFrom().nullItem();
        }
        return keys.find(key).map(found -> {
            KeyDirectory.Holder holder = found.orElseThrow(AuthenticationFailedException::new);
            limit.check(holder);
            return holder.identity();
        });
    }

    private static @Nullable String key(@Nullable String header) {
        return header != null && header.startsWith(BEARER + ApiKeys.PREFIX) ? header.substring(BEARER.length()) : null;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
    }
}
