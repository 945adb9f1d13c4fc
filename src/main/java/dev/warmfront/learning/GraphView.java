package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.forecast.Chain;
import dev.warmfront.forecast.DelayHistogram;
import dev.warmfront.forecast.Signature;
import dev.warmfront.forecast.SuccessorForecast;
import dev.warmfront.forecast.TaskGraph;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows what among a tenant's tasks.
 *
 * @param taskTypes those of which something is known, by name
 * @param chains task types that likely follow each other, the longest and likeliest first
 */
public record GraphView(List<TypeView> taskTypes, List<ChainView> chains) {

    private static final double LIKELY = 0.5;
    private static final double WORTH_TELLING = 0.01;
    private static final int LONGEST_CHAIN = 20;
    private static final int MOST_CHAINS = 100;

    /**
     * A task type and what follows it.
     *
     * @param seen how many ended, old ones counting less
     */
    public record TypeView(String taskType, double seen, List<SuccessorView> successors) {}

    /**
     * What may follow.
     *
     * @param probability that at least one does
     * @param meanCount how many do on average
     * @param likelyCount how many do with a probability of at least a half
     * @param delayP50Seconds from the end of the one before to the submission; null while unknown
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SuccessorView(
            String taskType,
            double probability,
            double meanCount,
            int likelyCount,
            @Nullable Double delayP50Seconds,
            @Nullable Double delayP95Seconds) {

        static SuccessorView of(SuccessorForecast.Expected expected) {
            return new SuccessorView(
                    expected.taskType(),
                    expected.probability(),
                    expected.meanCount(),
                    expected.likely(LIKELY),
                    delay(expected.delay(), 0.5),
                    delay(expected.delay(), 0.95));
        }
    }

    /** Task types that likely follow each other; {@code probability} is that of the whole. */
    public record ChainView(double probability, double seen, List<String> taskTypes) {
        static ChainView of(Chain chain) {
            List<String> types = new ArrayList<>(List.of(chain.first()));
            chain.links().forEach(link -> types.add(link.taskType()));
            return new ChainView(chain.probability(), chain.support(), types);
        }
    }

    /**
     * What follows one task.
     *
     * @param after the type of the task that it followed itself, or null
     * @param order how much of the past was used: 3 = type, predecessor and input size … 0 = anything of the tenant's
     * @param seen how often that was seen, old times counting less
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NextView(
            String taskType, @Nullable String after, int order, double seen, List<SuccessorView> successors) {

        static NextView of(TaskGraph graph, TenantLearned.Context task) {
            SuccessorForecast forecast = graph.predict(task.before(), task.taskType(), task.sizeBucket(), task.shape());
            return new NextView(
                    task.taskType(),
                    task.before().isEmpty() ? null : task.before(),
                    forecast.order(),
                    forecast.support(),
                    listed(forecast));
        }
    }

    static final GraphView EMPTY = new GraphView(List.of(), List.of());

    static GraphView of(TaskGraph graph) {
        return new GraphView(
                graph.taskTypes().stream()
                        .map(type -> new TypeView(
                                type, graph.support(type), listed(graph.predict("", type, Signature.SIZE_UNKNOWN))))
                        .toList(),
                graph.chains(LIKELY, LONGEST_CHAIN).stream()
                        .limit(MOST_CHAINS)
                        .map(ChainView::of)
                        .toList());
    }

    private static List<SuccessorView> listed(SuccessorForecast forecast) {
        return forecast.expected().stream()
                .filter(expected -> expected.probability() >= WORTH_TELLING)
                .map(SuccessorView::of)
                .toList();
    }

    private static @Nullable Double delay(DelayHistogram delay, double probability) {
        return delay.total() > 0 ? delay.quantile(probability) : null;
    }
}
