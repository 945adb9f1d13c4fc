package dev.warmfront.environment;

import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.ETags;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What must be on a machine before its tasks start at once there. */
@Path("/v1/environments")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "environment")
public class EnvironmentResource {

    private final EnvironmentService environments;
    private final Caller caller;

    EnvironmentResource(EnvironmentService environments, Caller caller) {
        this.environments = environments;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = EnvironmentView.class)))
    public Uni<Response> create(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable EnvironmentRequest request) {
        return environments
                .create(caller.tenant(), Bodies.required(request), key)
                .map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<EnvironmentView>> list() {
        return environments.list(caller.tenant()).map(Page::whole);
    }

    @GET
    @Path("/{environment}")
    @RolesAllowed("tenant-reader")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EnvironmentView.class)))
    public Uni<Response> get(@PathParam("environment") String environment) {
        return environments.get(caller.tenant(), environment).map(EnvironmentResource::tagged);
    }

    @PUT
    @Path("/{environment}")
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EnvironmentView.class)))
    public Uni<Response> replace(
            @PathParam("environment") String environment,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable EnvironmentRequest request) {
        return environments
                .replace(caller.tenant(), environment, Bodies.required(request), ETags.version(ifMatch))
                .map(EnvironmentResource::tagged);
    }

    @DELETE
    @Path("/{environment}")
    @RolesAllowed("tenant-writer")
    public Uni<Void> delete(@PathParam("environment") String environment) {
        return environments.delete(caller.tenant(), environment);
    }

    private static Response tagged(EnvironmentView view) {
        return ETags.ok(view, view.version());
    }
}
