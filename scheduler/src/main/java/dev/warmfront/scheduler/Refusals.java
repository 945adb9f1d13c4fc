package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.Resources;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What providers refused, until when it is not asked again, and what was given back to them since. Not persisted: a new
 * owner asks the provider again.
 */
final class Refusals {

    /** Launches accepted since a shortage after which capacity is taken for granted again. */
    static final int TRUSTED = 16;

    /** @param accepted launches since */
    private record Block(Instant until, int shortages, int accepted) {}

    private final Map<OfferingId, Block> offerings = new HashMap<>();

    /** Launches asked for since a shortage, and not answered yet. */
    private final Map<OfferingId, Set<InstanceId>> probes = new HashMap<>();

    private final Map<InstanceId, Instant> heldBack = new HashMap<>();

    /** Capacity given back since the last refusal there, less what was asked for since. */
    private final Map<Placement, Resources> freed = new HashMap<>();

    /** @param placement of the offering, when it is still offered */
    void block(OfferingId offering, @Nullable Placement placement, Instant until, int shortages) {
        offerings.put(offering, new Block(until, shortages, 0));
        if (placement != null) {
            // It was not enough, or taken by someone else.
            freed.remove(placement);
        }
    }

    /** Notes what the move of an instance says of its provider's capacity. */
    void moved(Instance instance, @Nullable InstanceTrigger trigger) {
        if (offerings.isEmpty()) {
            return;
        }
        Offering offering = instance.offering();
        Resources capacity = offering.machineType().capacity();
        probed(instance, trigger);
        if (trigger == InstanceTrigger.LAUNCH_ACCEPTED) {
            // There is capacity after all, though a block that still stands is waited for.
            offerings.computeIfPresent(
                    offering.id(),
                    (id, block) -> new Block(block.until(), Math.min(1, block.shortages()), block.accepted() + 1));
        } else if (trigger == InstanceTrigger.ENDED) {
            freed.merge(offering.placement(), capacity, Resources::plus);
        } else if (trigger == InstanceTrigger.REQUESTED) {
            freed.computeIfPresent(offering.placement(), (placement, had) -> without(had, capacity));
        }
    }

    private void probed(Instance instance, @Nullable InstanceTrigger trigger) {
        OfferingId offering = instance.offering().id();
        if (trigger == InstanceTrigger.REQUESTED) {
            if (shortages(offering) > 0) {
                probes.computeIfAbsent(offering, id -> new HashSet<>()).add(instance.id());
            }
        } else if (trigger != null) {
            probes.computeIfPresent(offering, (id, open) -> {
                open.remove(instance.id());
                return open.isEmpty() ? null : open;
            });
        }
    }

    /**
     * Whether one more launch may be asked for: not while the offering is blocked, and after a shortage one at first, then
     * one more for each that was accepted, so that a provider that still has nothing is asked once for each pause and not once for each
     * machine that is wanted. (The slow start of TCP: the window doubles with each round of answers; RFC 5681, §3.1.)
     */
    boolean mayLaunch(OfferingId offering, Instant now) {
        Block block = offerings.get(offering);
        if (block == null) {
            return true;
        }
        if (block.until().isAfter(now)) {
            return false;
        }
        return block.shortages() == 0
                || block.accepted() >= TRUSTED
                || probes.getOrDefault(offering, Set.of()).size() <= block.accepted();
    }

    Resources freed(Placement placement) {
        return freed.getOrDefault(placement, Resources.NONE);
    }

    /** What is left, or nothing in the dimensions in which less is there. */
    static Resources without(Resources free, Resources taken) {
        TreeMap<String, Long> gpus = new TreeMap<>(free.gpuMillis());
        taken.gpuMillis()
                .forEach((type, millis) -> gpus.computeIfPresent(type, (key, had) -> Math.max(0, had - millis)));
        return new Resources(
                Math.max(0, free.cpuMillis() - taken.cpuMillis()),
                Math.max(0, free.memoryBytes() - taken.memoryBytes()),
                gpus);
    }

    void holdBack(InstanceId instance, Instant until) {
        heldBack.put(instance, until);
    }

    void forget(InstanceId instance) {
        heldBack.remove(instance);
    }

    boolean isBlocked(OfferingId offering, Instant now) {
        Block block = offerings.get(offering);
        return block != null && block.until().isAfter(now);
    }

    /** Whether any offering is. */
    boolean isAnyBlocked(Instant now) {
        for (Block block : offerings.values()) {
            if (block.until().isAfter(now)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is blocked for lack of capacity or quota, and for nothing else. */
    boolean isShort(OfferingId offering, Instant now) {
        return isBlocked(offering, now) && shortages(offering) > 0;
    }

    /** Whether any offering is so. */
    boolean isAnyShort(Instant now) {
        for (Block block : offerings.values()) {
            if (block.shortages() > 0 && block.until().isAfter(now)) {
                return true;
            }
        }
        return false;
    }

    /** How many launches of the offering were refused in a row for lack of capacity or quota. */
    int shortages(OfferingId offering) {
        Block block = offerings.get(offering);
        return block == null ? 0 : block.shortages();
    }

    boolean isHeldBack(InstanceId instance, Instant now) {
        Instant until = heldBack.get(instance);
        return until != null && until.isAfter(now);
    }
}
