package dev.warmfront.service;

import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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

/** What tasks may call. */
@Path("/v1/services")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "service")
public class ServiceResource {

    private final ServiceService services;
    private final Caller caller;

    ServiceResource(ServiceService services, Caller caller) {
        this.services = services;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = ServiceView.class)))
    public Uni<Response> create(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable ServiceRequest request) {
        return services.create(caller.tenant(), Bodies.required(request), key).map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<ServiceView>> list() {
        return services.list(caller.tenant()).map(Page::whole);
    }

    @GET
    @Path("/{service}")
    @RolesAllowed("tenant-reader")
    public Uni<ServiceView> get(@PathParam("service") String service) {
        return services.get(caller.tenant(), service);
    }

    @DELETE
    @Path("/{service}")
    @RolesAllowed("tenant-writer")
    public Uni<Void> delete(@PathParam("service") String service) {
        return services.delete(caller.tenant(), service);
    }
}
