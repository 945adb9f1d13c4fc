package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a cell's providers offer. */
final class Offerings {

    private final SortedMap<OfferingId, Offering> byId = new TreeMap<>();
    private List<Listed> byPrice = List.of();

    void restore(Collection<Offering> offerings) {
        offerings.forEach(offering -> byId.put(offering.id(), offering));
        sort();
    }

    /** All that the provider offers now, in the place of what it did. */
    void put(ProviderId provider, Collection<Offering> offerings) {
        byId.values().removeIf(old -> old.placement().provider().equals(provider));
        restore(offerings);
    }

    private void sort() {
        byPrice = byId.values().stream()
                .map(offering -> new Listed(offering.id(), offering))
                .sorted(Comparator.comparing(
                                (Listed listed) -> listed.offering().hotRate())
                        .thenComparing(Listed::id))
                .toList();
    }

    @Nullable Offering get(OfferingId id) {
        return byId.get(id);
    }

    /** All of them, by id. */
    Collection<Offering> all() {
        return byId.values();
    }

    /** The cheapest first; another list whenever any changes. */
    List<Listed> byPrice() {
        return byPrice;
    }
}
