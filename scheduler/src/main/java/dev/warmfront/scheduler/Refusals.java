package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.Resources;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What providers refused, until when it is not asked again, and what was given back to them since. Not persisted: a new
 * owner asks the provider again.
 */
final class Refusals {

    private record Block(Instant until, int shortages) {}

    private final Map<OfferingId, Block> offerings = new HashMap<>();
    private final Map<InstanceId, Instant> heldBack = new HashMap<>();

    /** Capacity given back since the last refusal there, less what was asked for since. */
    private final Map<Placement, Resources> freed = new HashMap<>();

    /** @param placement of the offering, when it is still offered */
    void block(OfferingId offering, @Nullable Placement placement, Instant until, int shortages) {
        offerings.put(offering, new Block(until, shortages));
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
        if (trigger == InstanceTrigger.LAUNCH_ACCEPTED) {
            // There is capacity after all, though a block that still stands is waited for.
            offerings.computeIfPresent(
                    offering.id(), (id, block) -> new Block(block.until(), Math.min(1, block.shortages())));
        } else if (trigger == InstanceTrigger.ENDED) {
            freed.merge(offering.placement(), capacity, Resources::plus);
        } else if (trigger == InstanceTrigger.REQUESTED) {
            freed.computeIfPresent(offering.placement(), (placement, had) -> without(had, capacity));
        }
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

    /** Whether it is blocked for lack of capacity or quota, and for nothing else. */
    boolean isShort(OfferingId offering, Instant now) {
        return isBlocked(offering, now) && shortages(offering) > 0;
    }

    /** Whether any offering is. */
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
