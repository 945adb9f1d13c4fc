package dev.warmfront.learning;

import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What ran before Warmfront came, to learn from. */
@Path("/v1/history")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("tenant-writer")
@Tag(name = "forecast")
public class HistoryResource {

    private static final String LINES = "application/x-ndjson";
    private static final String CSV = "text/csv";

    private final HistoryService history;
    private final Caller caller;

    HistoryResource(HistoryService history, Caller caller) {
        this.history = history;
        this.caller = caller;
    }

    /** Rows as JSON lines or as CSV with a header; a long past comes in several requests, in any order. */
    @POST
    @Consumes({LINES, CSV})
    public Uni<HistoryView> take(@HeaderParam(HttpHeaders.CONTENT_TYPE) String type, byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            throw Problems.malformed("The body is missing: JSON lines or CSV.");
        }
        return history.take(caller.tenant(), body, type.toLowerCase(Locale.ROOT).startsWith(CSV));
    }
}
