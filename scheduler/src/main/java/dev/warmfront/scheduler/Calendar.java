package dev.warmfront.scheduler;

import dev.warmfront.domain.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bursts of one pool's task types: what of demand they are now, and what they will be. A pool's demand is a sum of timers, and
 * each has its own rhythm. Types that do not burst are no part of it.
 */
final class Calendar {

    /** Types that are watched; beyond that the one that was quiet for longest is forgotten. */
    private static final int MOST_TYPES = 2048;

    /** Types whose bursts are remembered. */
    private static final int MOST_BURSTING = 128;

    /** A task type of one tenant. */
    record Type(TenantId tenant, String name) {}

    private final Map<Type, TypeBursts> types = new LinkedHashMap<>(16, 0.75f, true);
    private final List<TypeBursts> bursting = new ArrayList<>();
    private final Levels levels = new Levels();
    private double excess;

    /** Tasks of a type want so many instances more, or fewer. */
    void change(Type type, double by, double time, double least) {
        TypeBursts one = types.get(type);
        if (one == null) {
            one = new TypeBursts();
            types.put(type, one);
            if (types.size() > MOST_TYPES) {
                TypeBursts eldest = types.remove(types.keySet().iterator().next());
                excess -= eldest.excess();
                bursting.remove(eldest);
            }
        }
        double before = one.excess();
        boolean first = one.change(by, time, least) && !bursting.contains(one);
        excess += one.excess() - before;
        if (first) {
            bursting.add(one);
            if (bursting.size() > MOST_BURSTING) {
                bursting.removeFirst();
            }
        }
    }

    /** What was counts no more: the pool was empty, and its queue is no measure of demand. */
    void forget(double time) {
        types.values().forEach(one -> one.forget(time));
    }

    /** Lets time pass. */
    void tick(double time) {
        excess = 0;
        for (TypeBursts one : bursting) {
            one.tick(time);
            excess += one.excess();
        }
    }

    /** How many instances are wanted for bursts. */
    double excess() {
        return Math.max(0, excess);
    }

    /**
     * The most that will be wanted for bursts between two times.
     *
     * @param likely bursts that are less likely do not count
     */
    double most(double from, double until, double likely) {
        levels.clear();
        for (TypeBursts one : bursting) {
            one.foresee(from, until, likely, levels);
        }
        return levels.most(until);
    }
}
