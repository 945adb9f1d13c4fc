package dev.warmfront.task;

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

/** What tasks have in common. */
@Path("/v1/task-definitions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "task")
public class DefinitionResource {

    private final DefinitionService definitions;
    private final Caller caller;

    DefinitionResource(DefinitionService definitions, Caller caller) {
        this.definitions = definitions;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = DefinitionView.class)))
    public Uni<Response> create(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable DefinitionRequest request) {
        return definitions
                .create(caller.tenant(), Bodies.required(request), key)
                .map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<DefinitionView>> list() {
        return definitions.list(caller.tenant()).map(Page::whole);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed("tenant-reader")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DefinitionView.class)))
    public Uni<Response> get(@PathParam("name") String name) {
        return definitions.get(caller.tenant(), name).map(DefinitionResource::tagged);
    }

    @PUT
    @Path("/{name}")
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DefinitionView.class)))
    public Uni<Response> replace(
            @PathParam("name") String name,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable DefinitionRequest request) {
        return definitions
                .replace(caller.tenant(), name, Bodies.required(request), ETags.version(ifMatch))
                .map(DefinitionResource::tagged);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed("tenant-writer")
    public Uni<Void> delete(@PathParam("name") String name) {
        return definitions.delete(caller.tenant(), name);
    }

    private static Response tagged(DefinitionView view) {
        return ETags.ok(view, view.version());
    }
}
