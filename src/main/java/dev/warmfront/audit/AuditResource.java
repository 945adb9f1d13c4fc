package dev.warmfront.audit;

import dev.warmfront.platform.Page;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What operators changed. */
@Path("/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class AuditResource {

    private final AuditService audit;

    AuditResource(AuditService audit) {
        this.audit = audit;
    }

    @GET
    public Uni<Page<AuditService.AuditView>> list(
            @QueryParam("limit") @DefaultValue("100") int limit, @QueryParam("cursor") @Nullable String cursor) {
        int checked = Cursor.limit(limit);
        return audit.list(before(cursor), checked + 1).map(views -> {
            boolean more = views.size() > checked;
            var shown = more ? views.subList(0, checked) : views;
            return new Page<>(shown, more ? Long.toString(shown.getLast().number()) : null);
        });
    }

    private static @Nullable Long before(@Nullable String cursor) {
        try {
            return cursor == null || cursor.isEmpty() ? null : Long.valueOf(cursor);
        } catch (NumberFormatException e) {
            throw Problems.malformed("The cursor is none of ours; leave it out to begin at the start.");
        }
    }
}
