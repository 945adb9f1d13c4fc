package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;
import org.jspecify.annotations.Nullable;

/** An instance of a cell: its present image, and where the {@link InstanceIndex} keeps it. */
final class InstanceEntry extends IdTable.Entry {

    private Instance image;

    // Where it belongs, which never changes.
    final DomainEntry domain;
    final PoolInstances pool;
    final Yard yard;
    final BirthKey birth;

    // Where it stands in the domain's ServingList, if it does: null at the ends.
    @Nullable InstanceEntry moreRecent;

    @Nullable InstanceEntry lessRecent;

    /** What is left of it; null where it takes no work, or has no room. */
    @Nullable Resources free;

    /** Where it stands in its {@link Yard} among what is spare, if it does. */
    int sparePlace;

    /** Whether the {@link ChargeWheel} has it. */
    boolean onWheel;

    InstanceEntry(Instance first, DomainEntry domain, PoolInstances pool, Yard yard) {
        super(first.id());
        this.image = first;
        this.domain = domain;
        this.pool = pool;
        this.yard = yard;
        this.birth = BirthKey.of(first);
    }

    /** The present image; the last one, when it is gone. */
    Instance image() {
        return image;
    }

    void image(Instance after) {
        image = after;
    }

    /** What is left of it; nothing where it takes no work, or has no room. */
    Resources free() {
        Resources left = free;
        return left == null ? Resources.NONE : left;
    }
}
