package dev.warmfront.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What is set aside of one resource over time: sums of what is expected, of its variance and of the most that can come, each added
 * to a stretch of time at once, and the question whether a stretch has room left. A segment tree (range add, range maximum) that has
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

    /** What is on a node holds for all of its stretch; the maxima are of it and what is below. */
    private static final class Node {
        private long mean;
        private long variance;
        private long limit;
        private long mostMean;
        private long mostVariance;
        private long mostLimit;
        private @Nullable Node left;
        private @Nullable Node right;

        private boolean isNothing() {
            return mean == 0 && variance == 0 && limit == 0 && left == null && right == null;
        }

        private void sumUp() {
            long means = 0;
            long variances = 0;
            long limits = 0;
            if (left != null) {
                means = left.mostMean;
                variances = left.mostVariance;
                limits = left.mostLimit;
            }
            if (right != null) {
                means = Math.max(means, right.mostMean);
                variances = Math.max(variances, right.mostVariance);
                limits = Math.max(limits, right.mostLimit);
            }
            mostMean = mean + means;
            mostVariance = variance + variances;
            mostLimit = limit + limits;
        }
    }

    /**
     * What is set aside for a stretch of time.
     *
     * @param mean what is expected
     * @param variance of it, in the square of the unit
     * @param limit the most that can come
     */
    record Amount(long mean, long variance, long limit) {
        Amount negated() {
            return new Amount(-mean, -variance, -limit);
        }

        private Amount plus(long otherMean, long otherVariance, long otherLimit) {
            return new Amount(mean + otherMean, variance + otherVariance, limit + otherLimit);
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
     * Sets aside, or with a negated amount gives back what was set aside for the same stretch.
     *
     * @param from second of the epoch, inclusive
     * @param to second of the epoch, exclusive
     */
    void add(long from, long to, Amount amount) {
        if (to > from) {
            add(root, 0, SLOTS, first(from), end(to), amount);
        }
    }

    private static void add(Node node, long low, long high, long from, long to, Amount amount) {
        if (from <= low && high <= to) {
            node.mean += amount.mean();
            node.variance += amount.variance();
            node.limit += amount.limit();
        } else {
            long middle = (low + high) >>> 1;
            if (from < middle) {
                Node left = node.left == null ? new Node() : node.left;
                add(left, low, middle, from, to, amount);
                node.left = left.isNothing() ? null : left;
            }
            if (to > middle) {
                Node right = node.right == null ? new Node() : node.right;
                add(right, middle, high, from, to, amount);
                node.right = right.isNothing() ? null : right;
            }
        }
        node.sumUp();
    }

    /**
     * Whether at each moment of the stretch what is set aside, and this, stays below the capacity nineteen times in twenty: Σ mean
     * + z √Σ variance ≤ capacity (policy.md §4); or surely: Σ limit ≤ capacity, which is less where there are few.
     *
     * @param amount what would be added
     */
    boolean hasRoom(long from, long to, Amount amount, long capacity) {
        return to <= from || hasRoom(root, 0, SLOTS, first(from), end(to), amount, capacity);
    }

    /** The maxima of the sums bound what they come to: only where that bound is too much, the parts are looked at. */
    private boolean hasRoom(
            @Nullable Node node, long low, long high, long from, long to, Amount amount, long capacity) {
        if (node == null) {
            return most(amount) <= capacity;
        }
        if (most(amount.plus(node.mostMean, node.mostVariance, node.mostLimit)) <= capacity) {
            return true;
        }
        Amount own = amount.plus(node.mean, node.variance, node.limit);
        if (node.left == null && node.right == null) {
            return most(own) <= capacity;
        }
        long middle = (low + high) >>> 1;
        return (from >= middle || hasRoom(node.left, low, middle, from, to, own, capacity))
                && (to <= middle || hasRoom(node.right, middle, high, from, to, own, capacity));
    }

    /** What it comes to at most, nineteen times in twenty. */
    private long most(Amount amount) {
        long likely = amount.mean() + (long) Math.ceil(DEVIATIONS * Math.sqrt((double) amount.variance())) * unit;
        return Math.min(amount.limit(), likely);
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
