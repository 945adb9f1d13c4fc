package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An isolation domain of a cell: who waits in it, which the {@link FairQueue} keeps, and what it has, which the
 * {@link InstanceIndex} keeps. Together, for whoever asks for one asks for the other.
 */
final class DomainEntry extends IdTable.Entry {

    private final IsolationDomain id;
    private final TreeMap<TenantId, TenantEntry> lines = new TreeMap<>();
    private final ServingList serving = new ServingList();

    /** Where it stands among domains in which somebody waits, and among those of {@link Unmet}; -1 where it does not. */
    int waitingPlace = -1;

    int unmetPlace = -1;

    private long gains;
    private Resources capacity = Resources.NONE;
    private final Map<EnvironmentKey, Integer> warming = new HashMap<>();
    private @Nullable List<DemandBook.Wanting> wanting;

    DomainEntry(IsolationDomain id) {
        super(id);
        this.id = id;
    }

    IsolationDomain id() {
        return id;
    }

    // ---- who waits

    void enter(TenantEntry tenant) {
        lines.put(tenant.id(), tenant);
    }

    void leave(TenantEntry tenant) {
        lines.remove(tenant.id());
    }

    /** Whether anybody waits in it. */
    boolean isWaiting() {
        return waitingPlace >= 0;
    }

    /** Who waits in it, by id. */
    Collection<TenantEntry> waiting() {
        return Collections.unmodifiableCollection(lines.values());
    }

    /** Whether {@link Unmet} has it. */
    boolean mayBeUnmet() {
        return unmetPlace >= 0;
    }

    /** What its demand wants of pools, as it was found last; null where something about it may have changed since. */
    @Nullable List<DemandBook.Wanting> wanting() {
        return wanting;
    }

    void wanting(@Nullable List<DemandBook.Wanting> found) {
        wanting = found;
    }

    // ---- what it has

    /** Instances that take work and have some room. */
    ServingList serving() {
        return serving;
    }

    /** Capacity of all instances that take work. */
    Resources capacity() {
        return capacity;
    }

    void capacity(Resources value) {
        capacity = value;
    }

    /** Grows whenever a request that did not fit might fit now. */
    long gains() {
        return gains;
    }

    void gain() {
        gains++;
    }

    /** How many instances are loading, or will load, the environment. */
    int warming(EnvironmentKey environment) {
        return warming.getOrDefault(environment, 0);
    }

    void countWarming(Instance instance, int by) {
        // Hardly ever any: what follows would make an iterator for each image all the same.
        if (!instance.warming().isEmpty()) {
            instance.warming().forEach(key -> warming.merge(key, by, Integer::sum));
        }
    }
}
