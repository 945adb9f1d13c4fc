package dev.warmfront.domain;

/**
 * Where machines are.
 *
 * @param provider the configured provider
 * @param region the provider's region; {@code local} on a laptop
 * @param zone the provider's zone inside the region
 */
public record Placement(ProviderId provider, String region, String zone) implements Comparable<Placement> {

    public Placement {
        if (region.isBlank() || zone.isBlank()) {
            throw new IllegalArgumentException("a placement needs a region and a zone");
        }
    }

    @Override
    public int compareTo(Placement other) {
        int byProvider = provider.compareTo(other.provider);
        int byRegion = byProvider != 0 ? byProvider : region.compareTo(other.region);
        return byRegion != 0 ? byRegion : zone.compareTo(other.zone);
    }

    /** {@code provider/region/zone}. */
    @Override
    public String toString() {
        return provider + "/" + region + "/" + zone;
    }
}
