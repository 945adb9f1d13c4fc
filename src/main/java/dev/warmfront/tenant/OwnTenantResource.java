package dev.warmfront.tenant;

import dev.warmfront.domain.Isolation;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who am I? */
@Path("/v1/tenant")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("tenant-reader")
@Tag(name = "tenant")
public class OwnTenantResource {

    /** The caller's tenant. */
    public record OwnTenantView(String id, String name, int weight, Isolation isolation, String role) {}

    private final TenantService tenants;
    private final Caller caller;

    OwnTenantResource(TenantService tenants, Caller caller) {
        this.tenants = tenants;
        this.caller = caller;
    }

    @GET
    public Uni<OwnTenantView> get() {
        String role = caller.role();
        return tenants.require(caller.tenant())
                .map(view -> new OwnTenantView(view.id(), view.name(), view.weight(), view.isolation(), role));
    }
}
