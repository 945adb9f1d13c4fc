package dev.warmfront.scheduler;

import org.jspecify.annotations.Nullable;

/** A task of a cell: its present image, and where it is queued. */
final class TaskEntry extends IdTable.Entry {

    private Task image;

    /** Null while it is not queued, or is queued for later. */
    FairQueue.@Nullable Place place;

    TaskEntry(Task first) {
        super(first.spec().id());
        this.image = first;
    }

    /** The present image. */
    Task image() {
        return image;
    }

    void image(Task after) {
        image = after;
    }
}
