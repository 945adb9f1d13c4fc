package dev.warmfront.dataset;

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

/** Files that tasks may read. */
@Path("/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "dataset")
public class DatasetResource {

    private final DatasetService datasets;
    private final Caller caller;

    DatasetResource(DatasetService datasets, Caller caller) {
        this.datasets = datasets;
        this.caller = caller;
    }

    @POST
    @RolesAllowed("tenant-writer")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = DatasetView.class)))
    public Uni<Response> create(
            @HeaderParam("Idempotency-Key") @Nullable String key, @Nullable DatasetRequest request) {
        return datasets.create(caller.tenant(), Bodies.required(request), key).map(Reply::response);
    }

    @GET
    @RolesAllowed("tenant-reader")
    public Uni<Page<DatasetView>> list() {
        return datasets.list(caller.tenant()).map(Page::whole);
    }

    @GET
    @Path("/{dataset}")
    @RolesAllowed("tenant-reader")
    public Uni<DatasetView> get(@PathParam("dataset") String dataset) {
        return datasets.get(caller.tenant(), dataset);
    }

    @DELETE
    @Path("/{dataset}")
    @RolesAllowed("tenant-writer")
    public Uni<Void> delete(@PathParam("dataset") String dataset) {
        return datasets.delete(caller.tenant(), dataset);
    }
}
