package dev.warmfront.reservation;

import dev.warmfront.platform.Page;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Cursor;
import dev.warmfront.scheduler.ReservationState;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Room that is set aside for tasks whose pools reserve by curves. */
@Path("/v1/reservations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "reservation")
public class ReservationResource {

    private final ReservationDirectory reservations;
    private final Caller caller;

    ReservationResource(ReservationDirectory reservations, Caller caller) {
        this.reservations = reservations;
        this.caller = caller;
    }

    @GET
    @RolesAllowed("tenant-reader")
    @Operation(
            summary = "Room set aside for tasks, the last moved first",
            description = "A tenant's own; an operator who names no tenant sees all. Each task has one, its last.")
    public Uni<Page<ReservationView>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        ReservationState wanted = Bodies.state(ReservationState.class, state);
        int checked = Cursor.limit(limit);
        boolean operator = caller.isOperator();
        return reservations
                .list(caller.tenantOrAll().orElse(null), wanted, Cursor.of(cursor), checked + 1)
                .map(found -> Cursor.page(
                        found,
                        checked,
                        one -> new Cursor(one.changedAt(), one.task().value()),
                        one -> ReservationView.of(one, operator)));
    }
}
