package dev.warmfront.pool;

import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Pools and how they are run. A pool's id has slashes, so it is a parameter and not a part of the path. */
@Path("/v1/pools")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class PoolResource {

    private final PoolService pools;
    private final Caller caller;

    PoolResource(PoolService pools, Caller caller) {
        this.pools = pools;
        this.caller = caller;
    }

    @GET
    public Uni<Page<PoolView>> list() {
        return pools.list().map(Page::whole);
    }

    @PUT
    @Path("/default/settings")
    public Uni<PoolView.SettingsView> changeDefault(@Nullable SettingsRequest request) {
        return pools.change(null, Bodies.required(request)::over, caller.actor());
    }

    @PUT
    @Path("/settings")
    public Uni<PoolView.SettingsView> change(
            @QueryParam("pool") @Nullable String pool, @Nullable SettingsRequest request) {
        return pools.change(named(pool), Bodies.required(request)::over, caller.actor());
    }

    @POST
    @Path("/pause")
    @Consumes(MediaType.WILDCARD)
    public Uni<PoolView.SettingsView> pause(@QueryParam("pool") @Nullable String pool) {
        return pools.change(named(pool), settings -> settings.in(PoolMode.PAUSED), caller.actor());
    }

    @POST
    @Path("/resume")
    @Consumes(MediaType.WILDCARD)
    public Uni<PoolView.SettingsView> resume(@QueryParam("pool") @Nullable String pool) {
        return pools.change(named(pool), settings -> settings.in(PoolMode.ACTIVE), caller.actor());
    }

    @POST
    @Path("/forecast-only")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Has the pool's policy only listened to",
            description =
                    "What it would do is shown with the pool; machines are launched when tasks need them and kept for the"
                            + " keep-alive.")
    public Uni<PoolView.SettingsView> forecastOnly(@QueryParam("pool") @Nullable String pool) {
        return pools.change(named(pool), settings -> settings.in(PoolMode.FORECAST_ONLY), caller.actor());
    }

    private static String named(@Nullable String pool) {
        if (pool == null || pool.isBlank()) {
            throw Problems.malformed("Which pool? Give its id as ?pool=…; GET /v1/pools lists them.");
        }
        return pool;
    }
}
