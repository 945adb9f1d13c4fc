package dev.warmfront.provider;

import dev.warmfront.domain.Offering;
import dev.warmfront.platform.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where machines come from. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("operator")
@Tag(name = "operator")
public class ProviderResource {

    /**
     * A provider.
     *
     * @param trouble what it last failed with; empty when it answers
     */
    public record ProviderView(
            String id,
            String kind,
            List<String> capabilities,
            List<OfferingView> offerings,
            String state,
            String trouble) {}

    /** Something that can be launched, at a price. */
    public record OfferingView(
            String id,
            String machineType,
            long cpuMillis,
            long memoryBytes,
            Map<String, BigDecimal> gpus,
            long hotNanoUsdPerHour,
            Map<String, Long> standbyNanoUsdPerHour) {

        static OfferingView of(Offering offering) {
            Map<String, Long> standby = new TreeMap<>();
            offering.standbyRates().forEach((mode, rate) -> standby.put(mode.name(), rate.nanosPerHour()));
            Map<String, BigDecimal> gpus = new TreeMap<>();
            var capacity = offering.machineType().capacity();
            capacity.gpuMillis().forEach((type, millis) -> gpus.put(type, BigDecimal.valueOf(millis, 3)));
            return new OfferingView(
                    offering.id().value(),
                    offering.machineType().name(),
                    capacity.cpuMillis(),
                    capacity.memoryBytes(),
                    gpus,
                    offering.hotRate().nanosPerHour(),
                    standby);
        }
    }

    private final Providers providers;

    ProviderResource(Providers providers) {
        this.providers = providers;
    }

    @GET
    public Page<ProviderView> list() {
        return Page.whole(providers.statuses().stream()
                .map(status -> new ProviderView(
                        status.id().value(),
                        status.kind(),
                        status.capabilities().stream().map(Enum::name).sorted().toList(),
                        status.offerings().stream().map(OfferingView::of).toList(),
                        status.trouble().isEmpty() ? "OK" : "TROUBLE",
                        status.trouble()))
                .toList());
    }
}
