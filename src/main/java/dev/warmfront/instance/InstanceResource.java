package dev.warmfront.instance;

import dev.warmfront.audit.AuditService;
import dev.warmfront.cell.CellInbox;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Machines. */
@Path("/v1/instances")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class InstanceResource {

    private final InstanceDirectory instances;
    private final WhyDirectory reasons;
    private final AuditService audit;
    private final CellInbox inbox;
    private final Caller caller;

    InstanceResource(
            InstanceDirectory instances, WhyDirectory reasons, AuditService audit, CellInbox inbox, Caller caller) {
        this.instances = instances;
        this.reasons = reasons;
        this.audit = audit;
        this.inbox = inbox;
        this.caller = caller;
    }

    @GET
    public Uni<Page<InstanceView>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("pool") @Nullable String pool,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        InstanceState wanted = Bodies.state(InstanceState.class, state);
        int checked = Cursor.limit(limit);
        return instances
                .list(wanted == null ? null : wanted.name(), pool, Cursor.of(cursor), checked + 1)
                .map(views -> Cursor.page(
                        views, checked, view -> new Cursor(view.launchRequestedAt(), view.id()), view -> view));
    }

    @GET
    @Path("/{instance}")
    public Uni<InstanceView> get(@PathParam("instance") String instance) {
        return instances
                .find(instance)
                .map(found -> found.orElseThrow(() -> Problems.notFound("There is no such instance.")));
    }

    @GET
    @Path("/{instance}/why")
    public Uni<WhyView> why(@PathParam("instance") String instance) {
        return reasons.why(instance)
                .map(found -> found.orElseThrow(() -> Problems.notFound("There is no such instance.")));
    }

    @POST
    @Path("/{instance}/drain")
    @Consumes(MediaType.WILDCARD)
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = InstanceView.class)))
    public Uni<Response> drain(@PathParam("instance") String instance) {
        String actor = caller.actor();
        return get(instance)
                .chain(view -> inbox.submit(new Event.DrainRequested(new InstanceId(view.id()))))
                .invoke(answer -> {
                    if (answer instanceof Answer.Refused) {
                        throw Problems.conflict("The instance has already ended.");
                    }
                })
                .chain(() -> audit.note(actor, "instance-drained", instance, ""))
                .chain(() -> get(instance))
                .map(view -> Response.accepted(view).build());
    }
}
