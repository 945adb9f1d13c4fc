package dev.warmfront.tenant;

import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.ETags;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the caller's tenant wants held and spent for it. */
@Path("/v1/tenant/settings")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "tenant")
public class SettingsResource {

    private final TenantService tenants;
    private final Caller caller;

    SettingsResource(TenantService tenants, Caller caller) {
        this.tenants = tenants;
        this.caller = caller;
    }

    @GET
    @RolesAllowed("tenant-reader")
    @Operation(summary = "Budget, retention, waiting and machines, and what this month has cost so far")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SettingsView.class)))
    public Uni<Response> get() {
        return tenants.settings(caller.tenant()).map(SettingsResource::tagged);
    }

    @PUT
    @RolesAllowed("tenant-writer")
    @Operation(summary = "Replaces all of them; what is left out has no bound")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SettingsView.class)))
    public Uni<Response> replace(
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, @Nullable SettingsRequest request) {
        return tenants.replaceSettings(
                        caller.tenant(), Bodies.required(request), ETags.version(ifMatch), caller.actor())
                .map(SettingsResource::tagged);
    }

    private static Response tagged(SettingsView view) {
        return ETags.ok(view, view.version());
    }
}
