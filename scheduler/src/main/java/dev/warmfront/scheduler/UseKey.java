package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import java.time.Instant;

/**
 * Most recently used first.
 *
 * @param at when it was last used
 * @param use the order among those used at one moment, the later the larger
 */
record UseKey(Instant at, long use, InstanceId id) implements Comparable<UseKey> {

    static UseKey of(Instance instance) {
        return new UseKey(instance.lastUsedAt(), instance.lastUse(), instance.id());
    }

    @Override
    public int compareTo(UseKey other) {
        int byTime = other.at.compareTo(at);
        int byUse = byTime != 0 ? byTime : Long.compare(other.use, use);
        return byUse != 0 ? byUse : id.compareTo(other.id);
    }

    /** Whether one goes before the other by these keys; no key is made for it. */
    static boolean isBefore(Instance one, Instance other) {
        int byTime = other.lastUsedAt().compareTo(one.lastUsedAt());
        int byUse = byTime != 0 ? byTime : Long.compare(other.lastUse(), one.lastUse());
        return byUse != 0 ? byUse < 0 : one.id().compareTo(other.id()) < 0;
    }

    /** Whether both images of one instance have the same key. */
    static boolean isSame(Instance before, Instance after) {
        return before.lastUse() == after.lastUse() && before.lastUsedAt().equals(after.lastUsedAt());
    }
}
