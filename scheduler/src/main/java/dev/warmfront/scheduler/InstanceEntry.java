package dev.warmfront.scheduler;

/** An instance of a cell: its present image, and where the {@link InstanceIndex} keeps it. */
final class InstanceEntry extends IdTable.Entry {

    private Instance image;

    /** Its pool, which never changes. */
    final InstanceIndex.PoolIndex home;

    /** Where it stands among what runs nothing in its placement, if it does. */
    int sparePlace;

    /** Whether the {@link ChargeWheel} has it. */
    boolean onWheel;

    InstanceEntry(Instance first, InstanceIndex.PoolIndex home) {
        super(first.id());
        this.image = first;
        this.home = home;
    }

    /** The present image; the last one, when it is gone. */
    Instance image() {
        return image;
    }

    void image(Instance after) {
        image = after;
    }
}
