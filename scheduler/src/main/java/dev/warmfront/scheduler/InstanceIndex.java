package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Instances by what the dispatcher and the planner ask for: by domain, by pool, by placement, and by what is due. Derived from
 * the instances' images, never a truth of its own.
 */
final class InstanceIndex {

    private final Domains domains;
    private final Tenants tenants;

    /** How many instances have room, in all domains. */
    private int withRoom;

    private final Map<Placement, Yard> yards = new HashMap<>();

    /** Every pool that ever had an instance. */
    private final Map<PoolId, PoolInstances> pools = new HashMap<>();

    /** Those that have one. */
    private final SortedSet<PoolId> inhabited = new TreeSet<>();

    /** What a deadline may call upon. */
    private final SortedMap<BirthKey, InstanceEntry> underWay = new TreeMap<>();

    private final ChargeWheel charges = new ChargeWheel();

    /**
     * @param domains in whose entries it notes what each has
     * @param tenants in whose entries it notes what each uses
     */
    InstanceIndex(Domains domains, Tenants tenants) {
        this.domains = domains;
        this.tenants = tenants;
    }

    /** A new instance, which is not counted before {@link #replace}. */
    InstanceEntry enter(Instance first) {
        return new InstanceEntry(
                first,
                domains.of(first.domain()),
                pools.computeIfAbsent(first.pool(), id -> new PoolInstances()),
                yards.computeIfAbsent(first.offering().placement(), placement -> new Yard()));
    }

    /**
     * Replaces an image, if there was one.
     *
     * @param entry whose image is the new one by now
     */
    void replace(InstanceEntry entry, @Nullable Instance before) {
        recount(entry, before);
        replaceServing(entry, before);
        entry.pool.replaced(entry, before);
        entry.yard.replaced(entry, before);
        charges.replaced(entry);
        boolean wasUnderWay = before != null && InstanceRole.isUnderWay(before);
        boolean isUnderWay = InstanceRole.isUnderWay(entry.image());
        if (wasUnderWay && !isUnderWay) {
            underWay.remove(entry.birth);
        } else if (isUnderWay && !wasUnderWay) {
            underWay.put(entry.birth, entry);
        }
        if (entry.image().state().isFinal()) {
            if (entry.pool.size() == 0) {
                inhabited.remove(entry.image().pool());
            }
        } else if (before == null) {
            inhabited.add(entry.image().pool());
        }
    }

    /** The sums, where something about them changed. */
    private void recount(InstanceEntry entry, @Nullable Instance before) {
        DomainEntry domain = entry.domain;
        Instance after = entry.image();
        boolean served = before != null && InstanceRole.serves(before);
        if (served != InstanceRole.serves(after)) {
            Resources capacity = after.offering().machineType().capacity();
            domain.capacity(
                    served
                            ? domain.capacity().minus(capacity)
                            : domain.capacity().plus(capacity));
        }
        List<Allocation> held = before == null ? List.of() : before.allocations();
        if (!held.equals(after.allocations())) {
            for (Allocation allocation : held) {
                tenants.of(allocation.attempt().tenant()).usesNoMore(allocation.resources());
            }
            for (Allocation allocation : after.allocations()) {
                tenants.of(allocation.attempt().tenant()).uses(allocation.resources());
            }
        }
        if (before != null) {
            domain.countWarming(before, -1);
        }
        domain.countWarming(after, 1);
    }

    /** What takes work in the domain, and whether more fits there now. */
    private void replaceServing(InstanceEntry entry, @Nullable Instance before) {
        DomainEntry domain = entry.domain;
        Instance after = entry.image();
        Resources freeBefore = entry.free();
        withRoom -= domain.serving().size();
        if (InstanceRole.serves(after)) {
            Resources free = InstanceRole.free(after);
            if (InstanceRole.isRoom(free)) {
                domain.serving().put(entry, before, free);
            } else {
                domain.serving().remove(entry);
            }
            boolean loaded = before == null || !before.warm().equals(after.warm());
            if (loaded || !freeBefore.covers(free)) {
                domain.gain();
            }
        } else {
            domain.serving().remove(entry);
            if (before != null && before.warming().size() > after.warming().size()) {
                // A warm-up that will not come: whoever waited for it must look again.
                domain.gain();
            }
        }
        withRoom += domain.serving().size();
    }

    /** The domain; the same object while the state lives. */
    DomainEntry of(IsolationDomain domain) {
        return domains.of(domain);
    }

    /** What the pool has. Only to be read. */
    PoolInstances of(PoolId pool) {
        return pools.getOrDefault(pool, PoolInstances.NONE);
    }

    /** Pools that have an instance that is not final. */
    Set<PoolId> pools() {
        return Collections.unmodifiableSet(inhabited);
    }

    /** Billed instances, by when they were charged. */
    ChargeWheel charges() {
        return charges;
    }

    /** These and those that a deadline may call upon, each once, in the order in which they were asked for. */
    List<Instance> withUnderWay(List<InstanceEntry> others) {
        Collection<InstanceEntry> all = underWay.values();
        if (!others.isEmpty()) {
            SortedMap<BirthKey, InstanceEntry> both = new TreeMap<>(underWay);
            others.forEach(entry -> both.put(entry.birth, entry));
            all = both.values();
        }
        List<Instance> images = new ArrayList<>(all.size());
        for (InstanceEntry entry : all) {
            images.add(entry.image());
        }
        return images;
    }

    /** Hot instances of the pool that run nothing, most recently used first. */
    List<Instance> idleOf(PoolId pool) {
        PoolInstances instances = of(pool);
        List<Instance> idle = new ArrayList<>();
        for (InstanceEntry entry : domains.of(pool.domain()).serving()) {
            if (entry.pool == instances && entry.image().state() == InstanceState.HOT) {
                idle.add(entry.image());
            }
        }
        return idle;
    }

    /** Whether any instance takes work and has some room. */
    boolean hasRoom() {
        return withRoom > 0;
    }

    /** Whether anything runs nothing and is kept, or is about to be given back. */
    boolean hasYard() {
        return yards.values().stream().anyMatch(yard -> !yard.isEmpty());
    }

    /** Whether the placement has instances that run nothing: kept, or about to be given back. */
    boolean hasYard(Placement placement) {
        Yard yard = yards.get(placement);
        return yard != null && !yard.isEmpty();
    }

    /** Instances in the placement that run nothing and are kept: hot and idle, or in standby. In no order. */
    List<Instance> spare(Placement placement) {
        Yard yard = yards.get(placement);
        return yard == null ? new ArrayList<>() : yard.spare();
    }

    /** Capacity in the placement that is about to be given back: of instances that only wait for their end. */
    Resources leaving(Placement placement) {
        Yard yard = yards.get(placement);
        return yard == null ? Resources.NONE : yard.leaving();
    }
}
