package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import java.time.Instant;

/**
 * In the order in which they were asked for; a restored state gives the same.
 *
 * @param at when its launch was decided
 * @param sequence the number at the end of its name
 */
record BirthKey(Instant at, long sequence, InstanceId id) implements Comparable<BirthKey> {

    /** Digits that always fit into a long. */
    private static final int LONGEST_NUMBER = 18;

    static BirthKey of(Instance instance) {
        return new BirthKey(instance.launchRequestedAt(), sequenceOf(instance.id()), instance.id());
    }

    @Override
    public int compareTo(BirthKey other) {
        int byTime = at.compareTo(other.at);
        int bySequence = byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        return bySequence != 0 ? bySequence : id.compareTo(other.id);
    }

    /** The number at the end of a name that the cell gave; 0 where there is none. */
    private static long sequenceOf(InstanceId id) {
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
}
