package dev.warmfront.task;

import dev.warmfront.domain.TaskState;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
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
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tasks. */
@Path("/v1/tasks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "task")
public class TaskResource {

    /** Several tasks, all or none. */
    public record BatchRequest(@Nullable List<TaskRequest> tasks) {}

    private final TaskService tasks;
    private final Caller caller;

    TaskResource(TaskService tasks, Caller caller) {
        this.tasks = tasks;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = TaskView.class)))
    public Uni<Response> submit(@HeaderParam("Idempotency-Key") @Nullable String key, @Nullable TaskRequest request) {
        return tasks.submit(caller.tenant(), Bodies.required(request), key).map(Reply::response);
    }

    @POST
    @Path("/batch")
    @RolesAllowed("tenant-writer")
    @APIResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = TaskService.Accepted.class)))
    public Uni<Response> submitBatch(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable BatchRequest request) {
        List<TaskRequest> batch = Bodies.required(request).tasks();
        return tasks.submitBatch(caller.tenant(), batch == null ? List.of() : batch, key)
                .map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<TaskView>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("taskType") @Nullable String taskType,
            @QueryParam("workflow") @Nullable String workflow,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        TaskState wanted = Bodies.state(TaskState.class, state);
        return tasks.list(
                caller.tenant(),
                new TaskStore.Filter(wanted == null ? null : wanted.name(), taskType, workflow),
                Cursor.of(cursor),
                Cursor.limit(limit));
    }

    @GET
    @Path("/summary")
    @RolesAllowed("tenant-reader")
    public Uni<SummaryView> summary(@QueryParam("workflow") @Nullable String workflow) {
        return tasks.summary(caller.tenant(), workflow);
    }

    @GET
    @Path("/{task}")
    @RolesAllowed("tenant-reader")
    public Uni<TaskView> get(@PathParam("task") String task) {
        return tasks.get(caller.tenant(), task);
    }

    @GET
    @Path("/{task}/attempts")
    @RolesAllowed("tenant-reader")
    public Uni<Page<AttemptView>> attempts(@PathParam("task") String task) {
        return tasks.attempts(caller.tenant(), task).map(Page::whole);
    }

    @GET
    @Path("/{task}/logs")
    @Produces({MediaType.TEXT_PLAIN, MediaType.APPLICATION_JSON})
    @RolesAllowed("tenant-reader")
    @APIResponse(
            responseCode = "200",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class)))
    public Uni<Response> logs(
            @PathParam("task") String task,
            @QueryParam("stream") @DefaultValue("stdout") String stream,
            @QueryParam("attempt") Optional<Integer> attempt) {
        if (!stream.equals("stdout") && !stream.equals("stderr")) {
            throw Problems.malformed("stream is stdout or stderr.");
        }
        return tasks.log(caller.tenant(), task, attempt, stream)
                // Not interpreted by a browser, whatever a task has printed.
                .map(bytes -> Response.ok(bytes, "text/plain;charset=UTF-8")
                        .header("X-Content-Type-Options", "nosniff")
                        .build());
    }

    @GET
    @Path("/{task}/samples")
    @RolesAllowed("tenant-reader")
    public Uni<Page<SampleView>> samples(
            @PathParam("task") String task, @QueryParam("attempt") Optional<Integer> attempt) {
        return tasks.samples(caller.tenant(), task, attempt).map(Page::whole);
    }

    @POST
    @Path("/{task}/cancel")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = TaskView.class)))
    public Uni<Response> cancel(@PathParam("task") String task) {
        return tasks.cancel(caller.tenant(), task)
                .map(view -> Response.accepted(view).build());
    }
}
