package dev.warmfront.scheduler;

import dev.warmfront.forecast.Signature;
import dev.warmfront.forecast.SuccessorForecast;
import dev.warmfront.forecast.TaskGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was learned to follow tasks of some type, where nobody declared it (policy.md §3.4): tasks of one type.
 *
 * @param taskType of those that follow
 * @param chance that one follows at all, above 0 to 1
 * @param count how many to be ready for, > 0: the median of how many follow, or the mean where that is more
 * @param soonestSeconds after the end of the task before, one in ten comes sooner; ≥ 0
 * @param latestSeconds nine in ten have come by then; ≥ {@code soonestSeconds}
 */
public record Follows(String taskType, double chance, double count, double soonestSeconds, double latestSeconds) {

    /** Types that something follows, of one tenant. */
    public static final int TYPES_MAX = 256;

    /** Types that follow one. */
    public static final int FOLLOWING_MAX = 8;

    private static final double COUNT_MAX = 4096;

    /** What comes less often is not waited for. */
    private static final double CHANCE_MIN = 0.05;

    /**
     * What follows a task follows it more often than any of the tenant's tasks, by so many standard deviations of what chance would
     * have brought: else it only comes often.
     */
    private static final double STANDS_OUT = 2;

    /** No task type: whatever was before. */
    private static final String ANY = "\n";

    private static final double SOONEST = 0.1;
    private static final double LATEST = 0.9;

    public Follows {
        if (!(chance > 0 && chance <= 1)
                || !(count > 0 && count <= COUNT_MAX)
                || !(soonestSeconds >= 0 && latestSeconds >= soonestSeconds)) {
            throw new IllegalArgumentException("%s follows with chance %s, %s times, after %s to %s s"
                    .formatted(taskType, chance, count, soonestSeconds, latestSeconds));
        }
    }

    /**
     * What a tenant's graph knows well enough: what follows a type of task clearly more often than any task of the tenant. Of the types that
     * were met most often. Rounded, so that what is told changes only where it says something else.
     *
     * @return by the type of the task that is followed; types that nothing is known to follow are left out
     */
    public static SortedMap<String, List<Follows>> known(TaskGraph graph) {
        Map<String, Double> ofAny = graph.predict(ANY, ANY, Signature.SIZE_UNKNOWN).expected().stream()
                .collect(Collectors.toMap(
                        SuccessorForecast.Expected::taskType, SuccessorForecast.Expected::probability));
        TreeMap<String, List<Follows>> known = new TreeMap<>();
        graph.taskTypes().stream()
                .sorted(Comparator.<String>comparingDouble(type -> -graph.support(type))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(TYPES_MAX)
                .forEach(type -> {
                    List<Follows> all = of(graph.predict(ANY, type, Signature.SIZE_UNKNOWN), ofAny);
                    if (!all.isEmpty()) {
                        known.put(type, all);
                    }
                });
        return Collections.unmodifiableSortedMap(known);
    }

    private static List<Follows> of(SuccessorForecast forecast, Map<String, Double> ofAny) {
        List<Follows> all = new ArrayList<>();
        for (SuccessorForecast.Expected one : forecast.expected()) {
            double usual = Math.min(1, ofAny.getOrDefault(one.taskType(), 0.0));
            double byChance = Math.sqrt(usual * (1 - usual) / Math.max(1, forecast.support()));
            double count = Math.min(COUNT_MAX, count(one));
            if (one.probability() >= CHANCE_MIN && count > 0 && one.probability() - usual > STANDS_OUT * byChance) {
                double soonest = rounded(one.delay().quantile(SOONEST), 10);
                all.add(new Follows(
                        one.taskType(),
                        Math.max(0.01, rounded(one.probability(), 100)),
                        count,
                        soonest,
                        Math.max(soonest, rounded(one.delay().quantile(LATEST), 10))));
            }
        }
        all.sort(
                Comparator.<Follows>comparingDouble(follows -> -follows.count()).thenComparing(Follows::taskType));
        return List.copyOf(all.subList(0, Math.min(FOLLOWING_MAX, all.size())));
    }

    /** A join's task is shared among those that it follows. */
    private static double count(SuccessorForecast.Expected one) {
        double mean = one.meanCount();
        double share = mean > 0 ? one.meanNew() / mean : 1;
        return rounded(share * Math.max(mean, one.likely(0.5)), 100);
    }

    private static double rounded(double value, double parts) {
        return Math.rint(value * parts) / parts;
    }
}
