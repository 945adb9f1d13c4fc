package dev.warmfront.workflow;

import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Cursor;
import dev.warmfront.task.TaskRequest;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** DAGs of tasks. */
@Path("/v1/workflows")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "workflow")
public class WorkflowResource {

    private static final String DEFAULT_CPU = "1000";
    private static final String DEFAULT_MEMORY = "268435456";

    private final WorkflowService workflows;
    private final Caller caller;

    WorkflowResource(WorkflowService workflows, Caller caller) {
        this.workflows = workflows;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = WorkflowView.class)))
    public Uni<Response> submit(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable WorkflowRequest request) {
        return workflows.submit(caller.tenant(), Bodies.required(request), key).map(Reply::response);
    }

    @POST
    @Path("/import")
    @RolesAllowed("tenant-writer")
    @Operation(
            summary = "Replays a recorded run in WfFormat 1.5",
            description = "Each task burns the recorded CPU seconds / speed, after its parents have succeeded.")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = WorkflowView.class)))
    public Uni<Response> replay(
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @QueryParam("speed") @DefaultValue("1") double speed,
            @QueryParam("cpuMillis") @DefaultValue(DEFAULT_CPU) long cpuMillis,
            @QueryParam("memoryBytes") @DefaultValue(DEFAULT_MEMORY) long memoryBytes,
            @Nullable WfFormat recorded) {
        var resources = new TaskRequest.ResourcesRequest(cpuMillis, memoryBytes, null);
        return workflows
                .replay(caller.tenant(), Bodies.required(recorded), speed, resources, key)
                .map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<WorkflowView>> list(
            @QueryParam("limit") @DefaultValue("100") int limit, @QueryParam("cursor") @Nullable String cursor) {
        return workflows.list(caller.tenant(), Cursor.of(cursor), Cursor.limit(limit));
    }

    @GET
    @Path("/{workflow}")
    @RolesAllowed("tenant-reader")
    public Uni<WorkflowView> get(@PathParam("workflow") String workflow) {
        return workflows.get(caller.tenant(), workflow);
    }

    @POST
    @Path("/{workflow}/cancel")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = WorkflowView.class)))
    public Uni<Response> cancel(@PathParam("workflow") String workflow) {
        return workflows.cancel(caller.tenant(), workflow).map(view -> Response.accepted(view)
                .build());
    }
}
