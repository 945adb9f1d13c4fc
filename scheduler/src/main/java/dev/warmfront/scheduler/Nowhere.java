package dev.warmfront.scheduler;

import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Resources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a task can run nowhere. */
public final class Nowhere {

    private Nowhere() {}

    /**
     * Says why no machine can take the task, however long it waits.
     *
     * @param offerings all that can be launched
     * @param limits what its tenant's settings say
     * @param request what it asks for
     * @return null where one can, or where nothing is known of what there is
     */
    public static @Nullable String why(Iterable<Offering> offerings, MachineLimits limits, Resources request) {
        boolean known = false;
        boolean fits = false;
        for (Offering offering : offerings) {
            known = true;
            if (offering.machineType().capacity().covers(request)) {
                fits = true;
                if (limits.permitsFirst(offering)) {
                    return null;
                }
            }
        }
        if (!known) {
            return null;
        }
        String need = "%d millicores and %d bytes of memory%s"
                .formatted(
                        request.cpuMillis(),
                        request.memoryBytes(),
                        request.gpuMillis().isEmpty() ? "" : " and GPUs " + request.gpuMillis());
        return fits
                ? "no machine type is large enough for %s among those that the tenant's settings permit: %s"
                        .formatted(need, said(limits))
                : "no machine type is large enough for " + need;
    }

    private static String said(MachineLimits limits) {
        List<String> said = new ArrayList<>();
        if (!limits.placements().isEmpty()) {
            said.add("placements " + limits.placements());
        }
        if (limits.spotSharePpm() < MachineLimits.WHOLE_PPM) {
            // Whatever runs alone on a spot machine would be all that runs.
            said.add("a share of spot below 1, so what comes first runs on demand");
        }
        return String.join("; ", said);
    }
}
