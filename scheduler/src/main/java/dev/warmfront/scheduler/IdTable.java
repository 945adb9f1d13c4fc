package dev.warmfront.scheduler;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a cell has of one kind, by id, in the order in which it was put in. As a {@link java.util.LinkedHashMap}, but the
 * entries are the caller's own objects: what belongs to an id beside its image lies in its entry, and whoever has the entry
 * need not look the id up again. With ten thousand machines each look is at memory that is in no cache.
 *
 * @param <E> the entries
 */
final class IdTable<E extends IdTable.Entry> {

    /** An entry is in one table at most, and once taken out is not put in again. */
    abstract static class Entry {
        private final Object id;
        private final int hash;
        private @Nullable Entry sameSlot;
        private @Nullable Entry before;
        private @Nullable Entry after;

        /** @param id compared by {@code equals} */
        Entry(Object id) {
            this.id = id;
            this.hash = hash(id);
        }
    }

    /** Their number is a power of two, and more than there are entries. */
    private @Nullable Entry[] slots = new Entry[16];

    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;
    private int alterations;

    /** As a {@link java.util.HashMap} does: only the lower bits choose the slot. */
    private static int hash(Object id) {
        int hash = id.hashCode();
        return hash ^ (hash >>> 16);
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked") // Nothing else is ever put in.
    @Nullable E get(Object id) {
        int hash = hash(id);
        Entry entry = slots[hash & (slots.length - 1)];
        while (entry != null && (entry.hash != hash || (entry.id != id && !entry.id.equals(id)))) {
            entry = entry.sameSlot;
        }
        return (E) entry;
    }

    /** Puts an entry in, behind all others. None with its id may be in. */
    void add(E added) {
        Entry entry = added;
        if (size + 1 == slots.length) {
            slots = new Entry[2 * slots.length];
            for (Entry each = first; each != null; each = each.after) {
                putIntoSlot(each);
            }
        }
        alterations++;
        size++;
        putIntoSlot(entry);
        Entry previous = last;
        entry.before = previous;
        if (previous == null) {
            first = entry;
        } else {
            previous.after = entry;
        }
        last = entry;
    }

    private void putIntoSlot(Entry entry) {
        int slot = entry.hash & (slots.length - 1);
        entry.sameSlot = slots[slot];
        slots[slot] = entry;
    }

    /** Takes out an entry that is in. */
    void remove(E taken) {
        Entry entry = taken;
        takeFromSlot(entry);
        alterations++;
        size--;
        Entry before = entry.before;
        Entry after = entry.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        // It may be held on to: not so those that were beside it.
        entry.sameSlot = null;
        entry.before = null;
        entry.after = null;
    }

    private void takeFromSlot(Entry entry) {
        int slot = entry.hash & (slots.length - 1);
        Entry other = slots[slot];
        if (other == entry) {
            slots[slot] = entry.sameSlot;
            return;
        }
        while (other != null && other.sameSlot != entry) {
            other = other.sameSlot;
        }
        if (other == null) {
            throw new IllegalStateException("not in the table: " + entry.id);
        }
        other.sameSlot = entry.sameSlot;
    }

    /** What the entries stand for, in the order in which they were put in. Follows the table; only to be read. */
    <V> Collection<V> view(Function<E, V> of) {
        return new AbstractCollection<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<V> iterator() {
                return new InOrder<>(of);
            }
        };
    }

    private final class InOrder<V> implements Iterator<V> {
        private final Function<E, V> of;
        private final int expected = alterations;
        private @Nullable Entry next = first;

        InOrder(Function<E, V> of) {
            this.of = of;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        @SuppressWarnings("unchecked") // Nothing else is ever put in.
        public V next() {
            Entry entry = next;
            if (expected != alterations) {
                throw new ConcurrentModificationException("the table was altered while it was gone through");
            }
            if (entry == null) {
                throw new NoSuchElementException("no entry is left");
            }
            next = entry.after;
            return of.apply((E) entry);
        }
    }
}
