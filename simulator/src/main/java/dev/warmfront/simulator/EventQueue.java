package dev.warmfront.simulator;

import java.util.Arrays;
import java.util.NoSuchElementException;

/**
 * What is going to happen, in the order of time and, at the same time, in the order it was put in: a binary heap over plain
 * arrays, so that a simulation of millions of events makes no garbage of its own.
 */
final class EventQueue {

    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private Runnable[] happenings = new Runnable[1024];
    private int size;
    private long nextOrder;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** When the next thing happens; {@link Long#MAX_VALUE} when nothing does. */
    long nextAt() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    void add(long at, Runnable happening) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            happenings = Arrays.copyOf(happenings, 2 * size);
        }
        long order = nextOrder++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!before(at, order, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, at, order, happening);
    }

    /** Takes the first. */
    Runnable take() {
        if (size == 0) {
            throw new NoSuchElementException("nothing is going to happen");
        }
        Runnable first = happenings[0];
        size--;
        long at = times[size];
        long order = orders[size];
        Runnable last = happenings[size];
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && before(times[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (before(at, order, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, at, order, last);
        // Lets go of what happened: it may hold much.
        Arrays.fill(happenings, size, size + 1, null);
        return first;
    }

    private boolean before(long at, long order, int place) {
        return at < times[place] || (at == times[place] && order < orders[place]);
    }

    private void move(int from, int to) {
        put(to, times[from], orders[from], happenings[from]);
    }

    private void put(int place, long at, long order, Runnable happening) {
        times[place] = at;
        orders[place] = order;
        happenings[place] = happening;
    }
}
