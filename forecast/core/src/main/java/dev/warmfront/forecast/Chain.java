package dev.warmfront.forecast;

import java.util.List;

/**
 * Task types that follow each other.
 *
 * @param first where it begins
 * @param support how often the beginning was seen, old times counting less
 * @param links what follows, in order
 */
public record Chain(String first, double support, List<Link> links) {

    public Chain {
        links = List.copyOf(links);
    }

    /**
     * One step of a chain.
     *
     * @param probability that it follows the one before at all
     * @param multiplicity how many of it are likely
     * @param meanNew how many new tasks one predecessor brings on average
     * @param delay from the predecessor's end
     * @param meanBytes moved along the edge
     */
    public record Link(
            String taskType,
            double probability,
            int multiplicity,
            double meanNew,
            DelayHistogram delay,
            double meanBytes) {}

    /** That the whole chain follows its first task. */
    public double probability() {
        double product = 1;
        for (Link link : links) {
            product *= link.probability();
        }
        return product;
    }

    /** Bytes that move along the whole chain. */
    public double meanBytes() {
        return links.stream().mapToDouble(Link::meanBytes).sum();
    }

    /** The most tasks that any one step brings at once: what a place for the chain must hold. */
    public int peakMultiplicity() {
        return links.stream().mapToInt(Link::multiplicity).max().orElse(0);
    }

    /**
     * The chain score of policy.md §3.4 in the unit of its arguments: what being ready for the chain is worth. Each step counts with
     * the chance that the chain gets so far, for each task of it: wait saved, less what holding an instance until then costs.
     *
     * @param waitSavedSeconds per task that finds its instance ready
     * @param waitPrice of a second of a task's waiting
     * @param holdPrice of a second of an instance held
     * @param holdSeconds how long an instance is held per task
     */
    public double score(double waitSavedSeconds, double waitPrice, double holdPrice, double holdSeconds) {
        double reached = 1;
        double sum = 0;
        for (Link link : links) {
            double before = reached;
            reached *= link.probability();
            double held = holdSeconds + link.delay().quantile(0.5);
            sum += link.multiplicity() * (reached * waitSavedSeconds * waitPrice - before * holdPrice * held);
        }
        return sum;
    }
}
