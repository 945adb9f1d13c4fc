package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What runs nothing in one placement: kept, or about to be given back. */
final class Yard {

    private final List<InstanceEntry> spare = new ArrayList<>();
    private final Map<InstanceId, Resources> leaving = new HashMap<>();

    boolean isEmpty() {
        return spare.isEmpty() && leaving.isEmpty();
    }

    /** An image was replaced, if there was one. */
    void replaced(InstanceEntry entry, @Nullable Instance before) {
        Instance after = entry.image();
        boolean wasSpare = before != null && InstanceRole.isSpare(before);
        boolean isSpare = InstanceRole.isSpare(after);
        if (wasSpare && !isSpare) {
            removeSpare(entry);
        } else if (isSpare && !wasSpare) {
            entry.sparePlace = spare.size();
            spare.add(entry);
        }
        boolean wasLeaving = before != null && InstanceRole.isLeaving(before);
        boolean isLeaving = InstanceRole.isLeaving(after);
        if (wasLeaving && !isLeaving) {
            leaving.remove(after.id());
        } else if (isLeaving && !wasLeaving) {
            leaving.put(after.id(), after.offering().machineType().capacity());
        }
    }

    /** The last one takes its place: they are in no order. */
    private void removeSpare(InstanceEntry entry) {
        InstanceEntry end = spare.removeLast();
        if (end != entry) {
            spare.set(entry.sparePlace, end);
            end.sparePlace = entry.sparePlace;
        }
    }

    /** Hot and idle, or in standby. In no order. */
    List<Instance> spare() {
        List<Instance> all = new ArrayList<>(spare.size());
        spare.forEach(entry -> all.add(entry.image()));
        return all;
    }

    /** Capacity of instances that only wait for their end. */
    Resources leaving() {
        Resources sum = Resources.NONE;
        for (Resources capacity : leaving.values()) {
            sum = sum.plus(capacity);
        }
        return sum;
    }
}
