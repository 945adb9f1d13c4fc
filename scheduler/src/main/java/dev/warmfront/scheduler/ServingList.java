package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Instances of a domain that take work and have some room, most recently used first. Linked through the entries: whoever has
 * one takes it out without a search, and what was used just now is first, so that it is put in without one.
 */
final class ServingList extends AbstractCollection<InstanceEntry> {

    private @Nullable InstanceEntry first;
    private int size;

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Puts it in, or notes what is left of it.
     *
     * @param entry whose image is the new one by now
     * @param before its image until now
     */
    void put(InstanceEntry entry, @Nullable Instance before, Resources free) {
        if (entry.free != null && before != null && UseKey.isSame(before, entry.image())) {
            entry.free = free;
            return;
        }
        remove(entry);
        InstanceEntry ahead = null;
        InstanceEntry behind = first;
        while (behind != null && UseKey.isBefore(behind.image(), entry.image())) {
            ahead = behind;
            behind = behind.lessRecent;
        }
        link(ahead, entry);
        link(entry, behind);
        entry.free = free;
        size++;
    }

    /** Takes it out, if it is in. */
    void remove(InstanceEntry entry) {
        if (entry.free == null) {
            return;
        }
        link(entry.moreRecent, entry.lessRecent);
        entry.moreRecent = null;
        entry.lessRecent = null;
        entry.free = null;
        size--;
    }

    private void link(@Nullable InstanceEntry ahead, @Nullable InstanceEntry behind) {
        if (ahead == null) {
            first = behind;
        } else {
            ahead.lessRecent = behind;
        }
        if (behind != null) {
            behind.moreRecent = ahead;
        }
    }

    /** Good until anything is put in or taken out. */
    @Override
    public Iterator<InstanceEntry> iterator() {
        return new Iterator<>() {
            private @Nullable InstanceEntry next = first;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public InstanceEntry next() {
                InstanceEntry entry = next;
                if (entry == null) {
                    throw new NoSuchElementException("no instance is left");
                }
                next = entry.lessRecent;
                return entry;
            }
        };
    }
}
