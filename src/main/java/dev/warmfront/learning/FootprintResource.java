package dev.warmfront.learning;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What a submitted workflow will want, before it wants it. */
@Path("/v1/workflows/{workflow}/footprint")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("tenant-reader")
@Tag(name = "workflow")
public class FootprintResource {

    private final UnfinishedTasks tasks;
    private final Learner learner;
    private final Caller caller;

    FootprintResource(UnfinishedTasks tasks, Learner learner, Caller caller) {
        this.tasks = tasks;
        this.learner = learner;
        this.caller = caller;
    }

    /** Predicted demand over time, the critical path, and contention for the CPU that is asked about. */
    @GET
    public Uni<FootprintView> get(
            @PathParam("workflow") String workflow, @QueryParam("cpuMillis") @Nullable Long cpuMillis) {
        TenantId tenant = caller.tenant();
        if (cpuMillis != null && cpuMillis < 0) {
            throw Problems.malformed("cpuMillis must be 0 or more.");
        }
        return tasks.ofWorkflow(tenant, workflow).chain(found -> {
            if (found.isEmpty()) {
                throw Problems.notFound("There is no such workflow.");
            }
            return learner.ask(
                    learned -> FootprintView.of(workflow, found, learned.tenant(tenant), Instant.now(), cpuMillis));
        });
    }
}
