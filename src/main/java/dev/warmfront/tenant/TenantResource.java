package dev.warmfront.tenant;

import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Clients and their keys, for operators. */
@Path("/v1/tenants")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class TenantResource {

    private final TenantService tenants;
    private final Caller caller;

    TenantResource(TenantService tenants, Caller caller) {
        this.tenants = tenants;
        this.caller = caller;
    }

    @POST
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = TenantView.class)))
    public Uni<Response> create(@HeaderParam("Idempotency-Key") @Nullable String key, @Nullable TenantRequest request) {
        return tenants.create(Bodies.required(request), key, caller.actor()).map(Reply::response);
    }

    @GET
    public Uni<Page<TenantView>> list() {
        return tenants.list().map(Page::whole);
    }

    @GET
    @Path("/{tenant}")
    public Uni<TenantView> get(@PathParam("tenant") String tenant) {
        return tenants.require(id(tenant));
    }

    @PATCH
    @Path("/{tenant}")
    public Uni<TenantView> change(@PathParam("tenant") String tenant, @Nullable TenantChange change) {
        return tenants.change(id(tenant), Bodies.required(change), caller.actor());
    }

    @POST
    @Path("/{tenant}/keys")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = ApiKeyView.class)))
    public Uni<Response> createKey(
            @PathParam("tenant") String tenant,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Nullable KeyRequest request) {
        return tenants.createKey(id(tenant), Bodies.required(request), key, caller.actor())
                .map(Reply::response);
    }

    @GET
    @Path("/{tenant}/keys")
    public Uni<Page<ApiKeyView>> keys(@PathParam("tenant") String tenant) {
        return tenants.keys(id(tenant)).map(Page::whole);
    }

    @DELETE
    @Path("/{tenant}/keys/{key}")
    public Uni<Void> revoke(@PathParam("tenant") String tenant, @PathParam("key") String key) {
        return tenants.revoke(id(tenant), key, caller.actor());
    }

    private static TenantId id(String text) {
        try {
            return new TenantId(text);
        } catch (IllegalArgumentException e) {
            throw Problems.notFound("There is no such tenant.");
        }
    }
}
