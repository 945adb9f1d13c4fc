package dev.warmfront.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What is set aside of one resource over time: a sum of amounts that may be used and a sum of their variances, each added to a
 * stretch of time at once, and the question whether a stretch has room left. A segment tree (range add, range maximum) that has
 * nodes only where something is set aside; both are found in time that grows with the logarithm of the range and the number of
 * boundaries in it. All sums are whole numbers, so what is taken away again leaves nothing, in whatever order.
 *
 * <p>Not safe for threads.
 */
final class TimeSums {

    /** How far from the mean an amount may be: one time in twenty it is further (one-sided, normal). */
    static final double DEVIATIONS = 1.645;

    /** Boundaries are rounded outwards to this many seconds. */
    static final long SLOT_SECONDS = 5;

    /** Five seconds each: until the year 2310. */
    private static final long SLOTS = 1L << 31;

    /** Amounts are halved here, as it were: what is on a node holds for all of its stretch. */
    private static final class Node {
        private long mean;
        private long variance;
        private long mostMean;
        private long mostVariance;
        private @Nullable Node left;
        private @Nullable Node right;

        private boolean isNothing() {
            return mean == 0 && variance == 0 && left == null && right == null;
        }

        private void sumUp() {
            mostMean = mean + Math.max(left == null ? 0 : left.mostMean, right == null ? 0 : right.mostMean);
            mostVariance =
                    variance + Math.max(left == null ? 0 : left.mostVariance, right == null ? 0 : right.mostVariance);
        }
    }

    private final long unit;
    private final Node root = new Node();

    /**
     * @param unit variances are in the square of so many units of the amounts: the square of bytes would not fit into a long
     */
    TimeSums(long unit) {
        this.unit = unit;
    }

    /**
     * Sets aside, or with negative numbers gives back what was set aside for the same stretch.
     *
     * @param from second of the epoch, inclusive
     * @param to second of the epoch, exclusive
     */
    void add(long from, long to, long mean, long variance) {
        if (to > from) {
            add(root, 0, SLOTS, first(from), end(to), mean, variance);
        }
    }

    private static void add(Node node, long low, long high, long from, long to, long mean, long variance) {
        if (from <= low && high <= to) {
            node.mean += mean;
            node.variance += variance;
        } else {
            long middle = (low + high) >>> 1;
            if (from < middle) {
                Node left = node.left == null ? new Node() : node.left;
                add(left, low, middle, from, to, mean, variance);
                node.left = left.isNothing() ? null : left;
            }
            if (to > middle) {
                Node right = node.right == null ? new Node() : node.right;
                add(right, middle, high, from, to, mean, variance);
                node.right = right.isNothing() ? null : right;
            }
        }
        node.sumUp();
    }

    /**
     * Whether at each moment of the stretch what is set aside, and this, stays below the capacity nineteen times in twenty: Σ mean
     * + z √Σ variance ≤ capacity (policy.md §4).
     *
     * @param mean what would be added
     * @param variance likewise
     */
    boolean hasRoom(long from, long to, long mean, long variance, long capacity) {
        return to <= from || hasRoom(root, 0, SLOTS, first(from), end(to), mean, variance, capacity);
    }

    /** The maxima of both sums bound the sum of both: only where that bound is too much, the parts are looked at. */
    private boolean hasRoom(
            @Nullable Node node, long low, long high, long from, long to, long mean, long variance, long capacity) {
        if (node == null) {
            return most(mean, variance) <= capacity;
        }
        if (most(mean + node.mostMean, variance + node.mostVariance) <= capacity) {
            return true;
        }
        long ownMean = mean + node.mean;
        long ownVariance = variance + node.variance;
        if (node.left == null && node.right == null) {
            return most(ownMean, ownVariance) <= capacity;
        }
        long middle = (low + high) >>> 1;
        return (from >= middle || hasRoom(node.left, low, middle, from, to, ownMean, ownVariance, capacity))
                && (to <= middle || hasRoom(node.right, middle, high, from, to, ownMean, ownVariance, capacity));
    }

    /** What a sum comes to at most, nineteen times in twenty. */
    long most(long mean, long variance) {
        return mean + (long) Math.ceil(DEVIATIONS * Math.sqrt((double) variance)) * unit;
    }

    /** Whether nothing is set aside at any time. */
    boolean isEmpty() {
        return root.isNothing();
    }

    private static long first(long second) {
        return Math.clamp(Math.floorDiv(second, SLOT_SECONDS), 0, SLOTS);
    }

    private static long end(long second) {
        return Math.clamp(Math.ceilDiv(second, SLOT_SECONDS), 0, SLOTS);
    }
}
