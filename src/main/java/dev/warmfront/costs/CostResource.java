package dev.warmfront.costs;

import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who pays for what. */
@Path("/v1/costs")
@Tag(name = "cost")
public class CostResource {

    private final CostService costs;
    private final CostDirectory directory;
    private final Caller caller;

    CostResource(CostService costs, CostDirectory directory, Caller caller) {
        this.costs = costs;
        this.directory = directory;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed("tenant-reader")
    public Uni<CostView> get(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("groupBy") @DefaultValue("kind") String groupBy) {
        return costs.costs(caller.tenant(), from, to, groupBy);
    }

    @GET
    @Path("/csv")
    @Produces({"text/csv", MediaType.APPLICATION_JSON})
    @RolesAllowed("tenant-reader")
    @APIResponse(
            responseCode = "200",
            content = @Content(mediaType = "text/csv", schema = @Schema(implementation = String.class)))
    public Uni<Response> csv(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("groupBy") @DefaultValue("kind") String groupBy) {
        return costs.costs(caller.tenant(), from, to, groupBy).map(view -> {
            StringBuilder csv = new StringBuilder("tenant,from,to,key,nano_usd,active_nano_usd,idle_nano_usd\n");
            for (CostView.GroupView group : view.groups()) {
                csv.append(String.join(
                                ",",
                                view.tenant(),
                                view.from().toString(),
                                view.to().toString(),
                                quoted(group.key()),
                                Long.toString(group.nanoUsd()),
                                Long.toString(group.activeNanoUsd()),
                                Long.toString(group.idleNanoUsd())))
                        .append('\n');
            }
            return Response.ok(csv.toString(), "text/csv;charset=UTF-8").build();
        });
    }

    /** Quoted, and never taken for a formula by a spreadsheet. */
    private static String quoted(String text) {
        String safe = text.isEmpty() || "=+-@".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }

    @GET
    @Path("/summary")
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed("operator")
    public Uni<CostSummaryView> summary() {
        return directory.summary();
    }
}
