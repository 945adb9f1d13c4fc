package dev.warmfront.leadtime;

import dev.warmfront.platform.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What was learned of how long a provider's instances take to come and go. */
@Path("/v1/providers/{provider}/lead-times")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class LeadTimeResource {

    /**
     * From the decision until an instance has come so far.
     *
     * @param seen instances that did, those included that are forgotten
     */
    public record LeadTimeView(
            String offering,
            String way,
            String phase,
            long seen,
            double medianSeconds,
            double p90Seconds,
            double p99Seconds) {

        static LeadTimeView of(LeadTimeBook.Known known) {
            return new LeadTimeView(
                    known.offering(),
                    known.way().name(),
                    known.phase().name(),
                    known.seen(),
                    known.median().toNanos() / 1e9,
                    known.p90().toNanos() / 1e9,
                    known.p99().toNanos() / 1e9);
        }
    }

    private final LeadTimes leads;

    LeadTimeResource(LeadTimes leads) {
        this.leads = leads;
    }

    /** By offering, way and phase; none of a provider that nothing was launched at. */
    @GET
    public Page<LeadTimeView> list(@PathParam("provider") String provider) {
        return Page.whole(leads.of(provider).stream().map(LeadTimeView::of).toList());
    }
}
