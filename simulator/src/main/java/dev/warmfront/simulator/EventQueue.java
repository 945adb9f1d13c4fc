package dev.warmfront.simulator;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is going to happen, in the order of time and, at the same time, in the order it was put in. Over plain arrays, so that
 * a simulation of millions of events makes no garbage of its own: a heap with four children to a node, which is half as deep
 * as one with two and moves numbers only, never what happens, and a ring for what happens at the present moment, most of all when nothing is delayed, which need not
 * climb the heap past everything that lies in the future.
 */
final class EventQueue {

    private static final int CHILDREN = 4;

    /** Sixteen million things may be waiting at once: far more than fit into memory with what they hold. */
    private static final int SLOT_BITS = 24;

    /**
     * Time of each place of the heap, and beside it the order with the slot of what happens: orders differ, so comparing both
     * together compares orders.
     */
    private long[] keys = new long[2 * 1024];

    /** What happens, by slot. */
    private @Nullable Runnable[] happenings = new Runnable[1024];

    /** Slots that are free, as a stack: the first {@code happenings.length - size} count. */
    private int[] freeSlots = IntStream.range(0, 1024).toArray();

    private int size;

    /** The same for the ring, whose length is a power of two; its times never fall. */
    private long[] ringKeys = new long[2 * 64];

    private @Nullable Runnable[] ring = new Runnable[64];
    private int ringHead;
    private int ringSize;

    private long nextOrder;

    boolean isEmpty() {
        return size == 0 && ringSize == 0;
    }

    int size() {
        return size + ringSize;
    }

    /** When the next thing happens; {@link Long#MAX_VALUE} when nothing does. */
    long nextAt() {
        if (ringSize == 0) {
            return size == 0 ? Long.MAX_VALUE : keys[0];
        }
        return isRingNext() ? ringKeys[2 * ringHead] : keys[0];
    }

    /**
     * Puts in what happens at the present moment, after all that was put in for it before.
     *
     * @param present never earlier than in the call before
     */
    void addNow(long present, Runnable happening) {
        if (ringSize > 0 && present < ringKeys[2 * (ringHead + ringSize - 1 & ring.length - 1)]) {
            throw new IllegalArgumentException("the present moment lies before an earlier one");
        }
        if (ringSize == ring.length) {
            growRing();
        }
        int place = ringHead + ringSize++ & ring.length - 1;
        ringKeys[2 * place] = present;
        ringKeys[2 * place + 1] = nextOrder++;
        ring[place] = happening;
    }

    private void growRing() {
        int length = ring.length;
        long[] longerKeys = new long[4 * length];
        @Nullable Runnable[] longer = Arrays.copyOf(ring, 2 * length);
        for (int i = 0; i < length; i++) {
            int place = ringHead + i & length - 1;
            longer[i] = ring[place];
            longerKeys[2 * i] = ringKeys[2 * place];
            longerKeys[2 * i + 1] = ringKeys[2 * place + 1];
        }
        ring = longer;
        ringKeys = longerKeys;
        ringHead = 0;
    }

    /** Puts in what happens some time. */
    void add(long at, Runnable happening) {
        if (size == happenings.length) {
            growHeap();
        }
        int slot = freeSlots[happenings.length - size - 1];
        happenings[slot] = happening;
        long order = nextOrder++ << SLOT_BITS | slot;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) / CHILDREN;
            if (!before(at, order, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, at, order);
    }

    private void growHeap() {
        if (size >= 1 << SLOT_BITS) {
            throw new IllegalStateException("more than %,d things are going to happen".formatted(size));
        }
        keys = Arrays.copyOf(keys, 4 * size);
        happenings = Arrays.copyOf(happenings, 2 * size);
        freeSlots = Arrays.copyOf(IntStream.range(size, 2 * size).toArray(), 2 * size);
    }

    /** Takes the first. */
    Runnable take() {
        if (isRingNext()) {
            return takeFromRing();
        }
        if (size == 0) {
            throw new NoSuchElementException("nothing is going to happen");
        }
        int slot = (int) (keys[1] & (1 << SLOT_BITS) - 1);
        Runnable first = Objects.requireNonNull(happenings[slot]);
        // Lets go of what happened: it may hold much.
        happenings[slot] = null;
        size--;
        freeSlots[happenings.length - size - 1] = slot;
        long at = keys[2 * size];
        long order = keys[2 * size + 1];
        int hole = 0;
        int least = leastChild(0);
        while (least > 0 && !before(at, order, least)) {
            move(least, hole);
            hole = least;
            least = leastChild(hole);
        }
        put(hole, at, order);
        return first;
    }

    private boolean isRingNext() {
        return ringSize > 0
                && (size == 0
                        || ringKeys[2 * ringHead] < keys[0]
                        || (ringKeys[2 * ringHead] == keys[0] && ringKeys[2 * ringHead + 1] < keys[1] >>> SLOT_BITS));
    }

    private Runnable takeFromRing() {
        Runnable first = Objects.requireNonNull(ring[ringHead]);
        ring[ringHead] = null;
        ringHead = ringHead + 1 & ring.length - 1;
        ringSize--;
        return first;
    }

    /** The place of the earliest child; 0 where there is none. */
    private int leastChild(int place) {
        int first = CHILDREN * place + 1;
        if (first >= size) {
            return 0;
        }
        int least = first;
        for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
            if (before(keys[2 * child], keys[2 * child + 1], least)) {
                least = child;
            }
        }
        return least;
    }

    private boolean before(long at, long order, int place) {
        return at < keys[2 * place] || (at == keys[2 * place] && order < keys[2 * place + 1]);
    }

    private void move(int from, int to) {
        put(to, keys[2 * from], keys[2 * from + 1]);
    }

    private void put(int place, long at, long order) {
        keys[2 * place] = at;
        keys[2 * place + 1] = order;
    }
}
