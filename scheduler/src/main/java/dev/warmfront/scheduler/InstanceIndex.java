package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Instances by what the dispatcher and the planner ask for; derived from the instances' images, never a truth of its own. */
final class InstanceIndex {

    /** Digits that always fit into a long. */
    private static final int LONGEST_NUMBER = 18;

    /** An instance that takes work, with what is left of it. */
    record Serving(Instance instance, Resources free) {}

    /** Most recently used first. */
    private record UseKey(Instant at, long use, InstanceId id) implements Comparable<UseKey> {
        static UseKey of(Instance instance) {
            return new UseKey(instance.lastUsedAt(), instance.lastUse(), instance.id());
        }

        @Override
        public int compareTo(UseKey other) {
            int byTime = other.at.compareTo(at);
            int byUse = byTime != 0 ? byTime : Long.compare(other.use, use);
            return byUse != 0 ? byUse : id.compareTo(other.id);
        }
    }

    /** In the order in which they were asked for; a restored state gives the same. */
    private record BirthKey(Instant at, long sequence, InstanceId id) implements Comparable<BirthKey> {
        static BirthKey of(Instance instance) {
            return new BirthKey(instance.launchRequestedAt(), sequenceOf(instance.id()), instance.id());
        }

        @Override
        public int compareTo(BirthKey other) {
            int byTime = at.compareTo(other.at);
            int bySequence = byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
            return bySequence != 0 ? bySequence : id.compareTo(other.id);
        }
    }

    /** The number at the end of a name that the cell gave; 0 where there is none. */
    static long sequenceOf(InstanceId id) {
        String name = id.value();
        int first = name.lastIndexOf('-') + 1;
        if (first == name.length() || name.length() - first > LONGEST_NUMBER) {
            return 0;
        }
        long number = 0;
        for (int i = first; i < name.length(); i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            number = 10 * number + (digit - '0');
        }
        return number;
    }

    /** What a pool has, by what its policy asks; idle ones are found among those that serve. */
    static final class PoolIndex {
        private final PoolId id;
        private final Offering offering;
        private final DomainIndex domain;
        private final Yard yard;
        private final Set<InstanceId> members = new LinkedHashSet<>();
        private final SortedMap<BirthKey, Instance> coming = new TreeMap<>();
        private final SortedMap<UseKey, Instance> standby = new TreeMap<>();
        private final SortedMap<BirthKey, Instance> draining = new TreeMap<>();
        private int busy;
        private @Nullable Instant lastUsed;

        /** @param first of its instances */
        PoolIndex(PoolId id, Instance first, DomainIndex domain, Yard yard) {
            this.id = id;
            this.offering = first.offering();
            this.domain = domain;
            this.yard = yard;
        }

        boolean has(Instance instance) {
            return instance.domain().equals(id.domain()) && instance.offering().hasIdOf(offering);
        }

        void remove(Instance instance) {
            if (isComing(instance)) {
                coming.remove(BirthKey.of(instance));
            } else if (instance.state() == InstanceState.STANDBY) {
                standby.remove(UseKey.of(instance));
            } else if (instance.state() == InstanceState.DRAINING) {
                draining.remove(BirthKey.of(instance));
            } else if (instance.state() == InstanceState.BUSY) {
                busy--;
            }
        }

        void add(Instance instance) {
            if (isComing(instance)) {
                coming.put(BirthKey.of(instance), instance);
            } else if (instance.state() == InstanceState.STANDBY) {
                standby.put(UseKey.of(instance), instance);
            } else if (instance.state() == InstanceState.DRAINING) {
                draining.put(BirthKey.of(instance), instance);
            } else if (instance.state() == InstanceState.BUSY) {
                busy++;
            }
        }

        void used(Instant at) {
            if (lastUsed == null || at.isAfter(lastUsed)) {
                lastUsed = at;
            }
        }
    }

    /** What one isolation domain has. */
    static final class DomainIndex {
        private final SortedMap<UseKey, Serving> serving = new TreeMap<>();
        private Resources capacity = Resources.NONE;
        private long gains;
        private final Map<EnvironmentKey, Integer> warming = new HashMap<>();

        private DomainIndex() {}

        /** Instances that take work and have some room, most recently used first. */
        Collection<Serving> serving() {
            return Collections.unmodifiableCollection(serving.values());
        }

        /** Capacity of all instances that take work. */
        Resources capacity() {
            return capacity;
        }

        /** Grows whenever a request that did not fit might fit now. */
        long gains() {
            return gains;
        }

        /** How many instances are loading, or will load, the environment. */
        int warming(EnvironmentKey environment) {
            return warming.getOrDefault(environment, 0);
        }
    }

    /** What runs nothing in one placement. */
    private static final class Yard {
        private final List<InstanceEntry> spare = new ArrayList<>();
        private final Map<InstanceId, Resources> leaving = new HashMap<>();

        boolean isEmpty() {
            return spare.isEmpty() && leaving.isEmpty();
        }

        void addSpare(InstanceEntry entry) {
            entry.sparePlace = spare.size();
            spare.add(entry);
        }

        /** The last one takes its place: they are in no order. */
        void removeSpare(InstanceEntry entry) {
            InstanceEntry end = spare.removeLast();
            if (end != entry) {
                spare.set(entry.sparePlace, end);
                end.sparePlace = entry.sparePlace;
            }
        }
    }

    private final Map<IsolationDomain, DomainIndex> domains = new HashMap<>();

    /** How many instances have room, in all domains. */
    private int withRoom;

    private final Map<Placement, Yard> yards = new HashMap<>();

    /** Every pool that ever had an instance. */
    private final Map<PoolId, PoolIndex> pools = new HashMap<>();

    /** Those that have one. */
    private final SortedSet<PoolId> inhabited = new TreeSet<>();

    /** What a deadline may call upon: on its way somewhere, leaving or lost. */
    private final SortedMap<BirthKey, Instance> underWay = new TreeMap<>();

    private final ChargeWheel charges = new ChargeWheel();

    private final Map<TenantId, Resources> usage = new HashMap<>();

    /** A new instance, which is not counted before {@link #replace}. */
    InstanceEntry enter(Instance first) {
        return new InstanceEntry(first, home(first));
    }

    /**
     * Replaces an image, if there was one.
     *
     * @param entry whose image is the new one by now
     */
    void replace(InstanceEntry entry, @Nullable Instance before) {
        PoolIndex home = entry.home;
        Resources freeBefore = before == null ? Resources.NONE : remove(entry, before);
        recount(home.domain, before, entry.image());
        add(entry, freeBefore, before);
    }

    private PoolIndex home(Instance instance) {
        return pools.computeIfAbsent(
                instance.pool(),
                id -> new PoolIndex(
                        id,
                        instance,
                        domain(instance.domain()),
                        yards.computeIfAbsent(instance.offering().placement(), key -> new Yard())));
    }

    /** The sums, where something about them changed. */
    private void recount(DomainIndex domain, @Nullable Instance before, Instance after) {
        boolean served = before != null && serves(before);
        Resources capacity = after.offering().machineType().capacity();
        if (served != serves(after)) {
            domain.capacity = served ? domain.capacity.minus(capacity) : domain.capacity.plus(capacity);
        }
        List<Allocation> held = before == null ? List.of() : before.allocations();
        if (!held.equals(after.allocations())) {
            for (Allocation allocation : held) {
                usage.computeIfPresent(
                        allocation.attempt().tenant(), (tenant, used) -> used.minus(allocation.resources()));
            }
            for (Allocation allocation : after.allocations()) {
                usage.merge(allocation.attempt().tenant(), allocation.resources(), InstanceIndex::sum);
            }
        }
    }

    /** Mostly there was nothing: then no new sum is made. */
    private static Resources sum(Resources one, Resources other) {
        return one.isNone() ? other : one.plus(other);
    }

    private Resources remove(InstanceEntry entry, Instance instance) {
        PoolIndex home = entry.home;
        Resources free = serves(instance) ? free(instance) : Resources.NONE;
        boolean hadRoom = hasRoom(free) && home.domain.serving.remove(UseKey.of(instance)) != null;
        withRoom -= hadRoom ? 1 : 0;
        home.remove(instance);
        if (isUnderWay(instance)) {
            underWay.remove(BirthKey.of(instance));
        }
        countWarming(home.domain, instance, -1);
        if (isSpare(instance)) {
            home.yard.removeSpare(entry);
        } else if (isLeaving(instance)) {
            home.yard.leaving.remove(instance.id());
        }
        return hadRoom ? free : Resources.NONE;
    }

    private void add(InstanceEntry entry, Resources freeBefore, @Nullable Instance before) {
        PoolIndex home = entry.home;
        Instance instance = entry.image();
        if (instance.hotSince() != null && (before == null || before.lastUse() != instance.lastUse())) {
            home.used(instance.lastUsedAt());
        }
        countWarming(home.domain, instance, 1);
        home.add(instance);
        if (isUnderWay(instance)) {
            underWay.put(BirthKey.of(instance), instance);
        }
        charges.replaced(entry);
        if (isSpare(instance)) {
            home.yard.addSpare(entry);
        } else if (isLeaving(instance)) {
            home.yard.leaving.put(
                    instance.id(), instance.offering().machineType().capacity());
        }
        if (serves(instance)) {
            Resources free = free(instance);
            if (hasRoom(free)) {
                home.domain.serving.put(UseKey.of(instance), new Serving(instance, free));
                withRoom++;
            }
            boolean loaded = before == null || !before.warm().equals(instance.warm());
            if (loaded || !freeBefore.covers(free)) {
                home.domain.gains++;
            }
        } else if (before != null
                && before.warming().size() > instance.warming().size()) {
            // A warm-up that will not come: whoever waited for it must look again.
            home.domain.gains++;
        }
        if (instance.state().isFinal()) {
            home.members.remove(instance.id());
            if (home.members.isEmpty()) {
                inhabited.remove(home.id);
            }
        } else if (before == null) {
            home.members.add(instance.id());
            inhabited.add(home.id);
        }
    }

    private static void countWarming(DomainIndex domain, Instance instance, int by) {
        // Hardly ever any: what follows would make an iterator for each image all the same.
        if (!instance.warming().isEmpty()) {
            instance.warming().forEach(key -> domain.warming.merge(key, by, Integer::sum));
        }
    }

    /** What the domain has; the same object while the state lives. Only to be read. */
    DomainIndex of(IsolationDomain domain) {
        return domain(domain);
    }

    /** Billed instances, by when they were charged. */
    ChargeWheel charges() {
        return charges;
    }

    private Collection<Instance> underWay() {
        return Collections.unmodifiableCollection(underWay.values());
    }

    /** These and those under way, each once, in the order in which they were asked for. */
    Collection<Instance> withUnderWay(List<Instance> others) {
        if (others.isEmpty()) {
            return underWay();
        }
        SortedMap<BirthKey, Instance> all = new TreeMap<>(underWay);
        others.forEach(instance -> all.put(BirthKey.of(instance), instance));
        return all.values();
    }

    /** Hot instances of the pool that run nothing, most recently used first. */
    List<Instance> idleOf(PoolId pool) {
        PoolIndex index = pools.get(pool);
        List<Instance> idle = new ArrayList<>();
        if (index != null) {
            for (Serving serving : index.domain.serving.values()) {
                Instance instance = serving.instance();
                if (instance.state() == InstanceState.HOT && index.has(instance)) {
                    idle.add(instance);
                }
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

    /** What the tenant's live attempts hold. */
    Resources usage(TenantId tenant) {
        return usage.getOrDefault(tenant, Resources.NONE);
    }

    /** Instances of the pool that are not final, in the order in which they were asked for. */
    Set<InstanceId> pool(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? Set.of() : Collections.unmodifiableSet(index.members);
    }

    /** Pools that have an instance that is not final. */
    Set<PoolId> pools() {
        return Collections.unmodifiableSet(inhabited);
    }

    /**
     * When a machine of the pool last began or ended an attempt, or became hot; null when none has. A new owner knows it of
     * the machines that still are.
     */
    @Nullable Instant lastUsed(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? null : index.lastUsed;
    }

    /** How many of the pool's instances will be hot by themselves. */
    int coming(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? 0 : index.coming.size();
    }

    /** How many of the pool's instances stand by. */
    int standby(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? 0 : index.standby.size();
    }

    /** How many of the pool's instances are at work. */
    int busy(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? 0 : index.busy;
    }

    /** Those of the pool that will be hot by themselves, in the order in which they were asked for. */
    Collection<Instance> comingOf(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? List.of() : Collections.unmodifiableCollection(index.coming.values());
    }

    /** Those of the pool that stand by, most recently used first. */
    Collection<Instance> standbyOf(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? List.of() : Collections.unmodifiableCollection(index.standby.values());
    }

    /** Those of the pool that are draining, in the order in which they were asked for. */
    Collection<Instance> drainingOf(PoolId pool) {
        PoolIndex index = pools.get(pool);
        return index == null ? List.of() : Collections.unmodifiableCollection(index.draining.values());
    }

    /** Instances in the placement that run nothing and are kept: hot and idle, or in standby. In no order. */
    List<Instance> spare(Placement placement) {
        Yard yard = yards.get(placement);
        List<Instance> spare = new ArrayList<>();
        if (yard != null) {
            yard.spare.forEach(entry -> spare.add(entry.image()));
        }
        return spare;
    }

    /** Whether the placement has instances that run nothing: kept, or about to be given back. */
    boolean hasYard(Placement placement) {
        Yard yard = yards.get(placement);
        return yard != null && !yard.isEmpty();
    }

    /** Capacity in the placement that is about to be given back: of instances that only wait for their end. */
    Resources leaving(Placement placement) {
        Resources sum = Resources.NONE;
        Yard yard = yards.get(placement);
        if (yard != null) {
            for (Resources capacity : yard.leaving.values()) {
                sum = sum.plus(capacity);
            }
        }
        return sum;
    }

    static Resources free(Instance instance) {
        Resources free = instance.offering().machineType().capacity();
        List<Allocation> allocations = instance.allocations();
        for (int i = 0; i < allocations.size(); i++) {
            free = free.minus(allocations.get(i).resources());
        }
        return free;
    }

    private static boolean hasRoom(Resources free) {
        return free.cpuMillis() > 0 && free.memoryBytes() > 0;
    }

    static boolean isComing(Instance instance) {
        return switch (instance.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING -> true;
            case HOT, BUSY, DRAINING, STOPPING, STANDBY, LOST, TERMINATED, FAILED -> false;
        };
    }

    /** Whether the pool has another number of machines now, on their way, in standby or at all. */
    static boolean changesSupply(@Nullable Instance before, Instance after) {
        return before == null
                || before.state().isFinal() != after.state().isFinal()
                || isComing(before) != isComing(after)
                || (before.state() == InstanceState.STANDBY) != (after.state() == InstanceState.STANDBY);
    }

    private static boolean isUnderWay(Instance instance) {
        return switch (instance.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING, STOPPING, DRAINING, LOST -> true;
            case HOT, BUSY, STANDBY, TERMINATED, FAILED -> false;
        };
    }

    private static boolean serves(Instance instance) {
        return instance.state() == InstanceState.HOT || instance.state() == InstanceState.BUSY;
    }

    private static boolean isSpare(Instance instance) {
        return instance.state() == InstanceState.HOT || instance.state() == InstanceState.STANDBY;
    }

    private static boolean isLeaving(Instance instance) {
        return instance.state() == InstanceState.LOST
                || (instance.state() == InstanceState.DRAINING
                        && instance.allocations().isEmpty());
    }

    private DomainIndex domain(IsolationDomain domain) {
        DomainIndex known = domains.get(domain);
        return known == null ? domains.computeIfAbsent(domain, key -> new DomainIndex()) : known;
    }
}
