package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Resources;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cell's instances that are not final, in the order in which they were asked for. */
final class LiveInstances {

    /** Told of every new image. */
    interface Listener {

        /**
         * @param entry which has the new image
         * @param before the image until now; null where it is the first
         */
        void replaced(InstanceEntry entry, @Nullable Instance before);
    }

    private final IdTable<InstanceEntry> instances = new IdTable<>();
    private final InstanceIndex index;
    private final Listener listener;
    private long nextUse = 1;

    LiveInstances(InstanceIndex index, Listener listener) {
        this.index = index;
        this.listener = listener;
    }

    void restore(List<Instance> restored) {
        restored.stream().sorted(Comparator.comparing(BirthKey::of)).forEach(instance -> replace(null, instance));
    }

    /**
     * Takes an instance's new image.
     *
     * @param trigger null where it stays in its state
     * @throws IllegalStateException when it is no legal move from the present one, or gives out more than the machine has
     */
    void put(Instance after, @Nullable InstanceTrigger trigger) {
        InstanceEntry entry = instances.get(after.id());
        Instance before = entry == null ? null : entry.image();
        if (trigger != null) {
            InstanceLifecycle.TABLE.check(before == null ? null : before.state(), trigger, after.state(), after.id());
        } else if (before == null || before.state() != after.state()) {
            throw new IllegalStateException("instance " + after.id() + " changed its state without a trigger");
        }
        if (before == null || !before.allocations().equals(after.allocations())) {
            checkCapacity(after);
        }
        replace(entry, after);
    }

    private void replace(@Nullable InstanceEntry known, Instance after) {
        InstanceEntry entry = known == null ? index.enter(after) : known;
        Instance before = known == null ? null : known.image();
        if (known == null) {
            instances.add(entry);
        }
        entry.image(after);
        index.replace(entry, before);
        nextUse = Math.max(nextUse, after.lastUse() + 1);
        if (after.state().isFinal()) {
            instances.remove(entry);
        }
        listener.replaced(entry, before);
    }

    private static void checkCapacity(Instance instance) {
        List<Allocation> allocations = instance.allocations();
        Resources used =
                allocations.isEmpty() ? Resources.NONE : allocations.getFirst().resources();
        for (int i = 1; i < allocations.size(); i++) {
            used = used.plus(allocations.get(i).resources());
        }
        if (!instance.offering().machineType().capacity().covers(used)) {
            throw new IllegalStateException("instance " + instance.id() + " would be over-committed: " + used);
        }
        if (!used.gpuMillis().isEmpty()) {
            // Refuses a device that is given out more than once over.
            var unused = Devices.of(instance);
        }
    }

    @Nullable Instance get(InstanceId id) {
        InstanceEntry entry = instances.get(id);
        return entry == null ? null : entry.image();
    }

    Collection<Instance> all() {
        return instances.view(InstanceEntry::image);
    }

    /** The next number for the order of use. */
    long nextUse() {
        return nextUse;
    }
}
