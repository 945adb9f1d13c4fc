package dev.warmfront.domain;

import java.util.List;

/**
 * Which machines a tenant's tasks may run on.
 *
 * @param placements where these may be, each once, sorted; empty for anywhere
 * @param spotSharePpm how much of what it runs at a time may be on spot machines, in millionths: 0 for nothing, 1,000,000 for
 *     all. A task counts as much as it holds of its machine; what counts is the moment in which it is given one
 */
public record MachineLimits(List<PlacementPattern> placements, int spotSharePpm) {

    public static final int WHOLE_PPM = 1_000_000;

    /** Any machine. */
    public static final MachineLimits NONE = new MachineLimits(List.of(), WHOLE_PPM);

    public MachineLimits {
        if (spotSharePpm < 0 || spotSharePpm > WHOLE_PPM) {
            throw new IllegalArgumentException("a share of spot must be 0 to 1,000,000 ppm, not " + spotSharePpm);
        }
        placements = placements.stream().distinct().sorted().toList();
    }

    /** Whether any machine will do. */
    public boolean isNone() {
        return placements.isEmpty() && spotSharePpm == WHOLE_PPM;
    }

    /** Whether some work may be on spot machines, but not all of it. */
    public boolean dividesSpot() {
        return spotSharePpm > 0 && spotSharePpm < WHOLE_PPM;
    }

    /** Whether machines of the offering may ever be used. */
    public boolean permits(Offering offering) {
        return (spotSharePpm > 0 || offering.purchaseModel() != PurchaseModel.SPOT) && permits(offering.placement());
    }

    /** Whether they may be used while nothing else runs: then any spot machine would be the whole. */
    public boolean permitsFirst(Offering offering) {
        return (spotSharePpm == WHOLE_PPM || offering.purchaseModel() != PurchaseModel.SPOT)
                && permits(offering.placement());
    }

    /** The same, but for spot machines: none of them. */
    public MachineLimits withoutSpot() {
        return new MachineLimits(placements, 0);
    }

    private boolean permits(Placement placement) {
        if (placements.isEmpty()) {
            return true;
        }
        for (PlacementPattern pattern : placements) {
            if (pattern.includes(placement)) {
                return true;
            }
        }
        return false;
    }
}
