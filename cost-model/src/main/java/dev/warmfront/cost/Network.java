package dev.warmfront.cost;

import java.util.Arrays;

/** A directed graph with supplies, capacities and integer costs, for {@link BoundSolver#minimumCostFlow}. Grows, is not thread-safe. */
public final class Network {

    private int[] tails = new int[64];
    private int[] heads = new int[64];
    private long[] capacities = new long[64];
    private long[] costs = new long[64];
    private int arcs;
    private final long[] supplies;

    /** @param nodes how many; they are numbered from 0 */
    public Network(int nodes) {
        this.supplies = new long[nodes];
    }

    /** Adds to what a node gives (positive) or takes (negative). The sum over all nodes has to be 0. */
    public void supply(int node, long amount) {
        supplies[node] += amount;
    }

    /**
     * Adds an arc.
     *
     * @param capacity most units it carries, ≥ 0
     * @param cost of one unit, ≥ 0
     * @return its number, counting from 0
     */
    public int arc(int tail, int head, long capacity, long cost) {
        if (capacity < 0 || cost < 0) {
            throw new IllegalArgumentException("an arc's capacity %d or cost %d is negative".formatted(capacity, cost));
        }
        if (arcs == tails.length) {
            tails = Arrays.copyOf(tails, 2 * arcs);
            heads = Arrays.copyOf(heads, 2 * arcs);
            capacities = Arrays.copyOf(capacities, 2 * arcs);
            costs = Arrays.copyOf(costs, 2 * arcs);
        }
        tails[arcs] = tail;
        heads[arcs] = head;
        capacities[arcs] = capacity;
        costs[arcs] = cost;
        return arcs++;
    }

    public int nodes() {
        return supplies.length;
    }

    public int arcs() {
        return arcs;
    }

    public long supplyOf(int node) {
        return supplies[node];
    }

    public int tail(int arc) {
        return tails[arc];
    }

    public int head(int arc) {
        return heads[arc];
    }

    public long capacity(int arc) {
        return capacities[arc];
    }

    public long cost(int arc) {
        return costs[arc];
    }
}
