package dev.warmfront.scheduler;

import java.util.Arrays;

/**
 * A set of identifiers, exact, in two arrays: a hundred thousand names that are only asked for now and then should neither be
 * objects that a collector copies nor lie all over memory. Names are never taken out one by one.
 */
final class NameSet {

    /** A place's bits in a slot; the others are the name's mark. */
    private static final int PLACE_BITS = 24;

    /** Of names and their lengths. */
    private static final int MOST_BYTES = 1 << PLACE_BITS;

    private static final int LEAST_SLOTS = 64;

    /** 2³² divided by the golden ratio: spreads hashes that differ little (Knuth, TAOCP 3, §6.4). */
    private static final int SPREAD = 0x9E3779B9;

    /**
     * Where each name begins among the bytes, and in the upper bits a part of its hash, so that a slot taken by another name
     * is mostly passed without a look at that; 0 where there is none. Open addressing, at most half full.
     */
    private int[] slots = new int[LEAST_SLOTS];

    /** Each name after its length; the first byte is none's, so that no place is 0. */
    private byte[] bytes = new byte[1024];

    private int used = 1;
    private int size;

    int size() {
        return size;
    }

    /** Takes all out; the room for as many is kept. */
    void clear() {
        Arrays.fill(slots, 0);
        used = 1;
        size = 0;
    }

    /**
     * Puts a name in, where it is not.
     *
     * @param name at most 255 characters of ASCII
     * @throws IllegalStateException when all names together have sixteen million characters
     */
    void add(String name) {
        int hash = name.hashCode() * SPREAD;
        int slot = find(name, hash);
        if (slots[slot] != 0) {
            return;
        }
        slots[slot] = used | mark(hash);
        write(name);
        size++;
        if (2 * size > slots.length) {
            grow();
        }
    }

    boolean contains(String name) {
        return slots[find(name, name.hashCode() * SPREAD)] != 0;
    }

    private void write(String name) {
        int length = name.length();
        if (used + length >= MOST_BYTES) {
            throw new IllegalStateException("too many names: " + size);
        }
        if (used + length >= bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        bytes[used++] = (byte) length;
        for (int i = 0; i < length; i++) {
            bytes[used++] = (byte) name.charAt(i);
        }
    }

    /** The slot that has the name, or that it would get. */
    private int find(String name, int hash) {
        int mark = mark(hash);
        int slot = first(hash);
        while (slots[slot] != 0 && ((slots[slot] ^ mark) >>> PLACE_BITS != 0 || !isAt(slots[slot], name))) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int slot, String name) {
        int at = slot & (MOST_BYTES - 1);
        if ((bytes[at] & 0xff) != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[at + 1 + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int first(int hash) {
        return hash >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
    }

    /** From the lower bits: the upper ones say which slot. */
    private static int mark(int hash) {
        return hash << PLACE_BITS;
    }

    private void grow() {
        int[] fewer = slots;
        slots = new int[2 * fewer.length];
        for (int taken : fewer) {
            if (taken != 0) {
                int slot = first(hashAt(taken & (MOST_BYTES - 1)));
                while (slots[slot] != 0) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = taken;
            }
        }
    }

    private int hashAt(int place) {
        int hash = 0;
        for (int i = 1; i <= (bytes[place] & 0xff); i++) {
            // As a string's own.
            hash = 31 * hash + bytes[place + i];
        }
        return hash * SPREAD;
    }
}
