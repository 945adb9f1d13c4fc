package dev.warmfront.simulator;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.Signature;
import dev.warmfront.forecast.SuccessorMiner;
import dev.warmfront.forecast.TaskGraph;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Follows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of the control plane's learner that finds out what follows what where nobody declared it: it is told of tasks that are in no
 * workflow, one event at a time, and tells what it knows by then. Nothing of the future.
 */
final class Mining implements DemandObserver {

    /** As the control plane's learner: what comes later than this after a task's end is not taken to follow it. */
    private static final double WINDOW_SECONDS = 300;

    /** As the control plane's learner. */
    private static final int CONTEXTS_MAX = 4_000;

    /** The control plane's learner tells every few seconds; a replay of months more seldom. */
    private static final Duration EVERY = Duration.ofMinutes(1);

    /** One tenant. */
    private static final class Learner {
        private final TaskGraph graph = new TaskGraph(CONTEXTS_MAX);
        private final SuccessorMiner miner = new SuccessorMiner(graph, WINDOW_SECONDS);

        /** Of tasks that have not ended, what they follow. */
        private final Map<TaskId, String> before = new HashMap<>();

        private SortedMap<String, List<Follows>> told = Collections.emptySortedMap();
        private double heard;
    }

    private final SortedMap<TenantId, Learner> learners = new TreeMap<>();
    private @Nullable Instant last;

    @Override
    public void eligible(TaskSpec task, Instant at) {
        if (task.workflow() == null) {
            Learner learner = learners.computeIfAbsent(task.tenant(), id -> new Learner());
            learner.heard = seconds(at);
            learner.before.computeIfAbsent(
                    task.id(), id -> learner.miner.submitted(task.taskType(), Signature.SIZE_UNKNOWN, seconds(at)));
        }
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        // What follows what is told by when tasks come and end.
    }

    @Override
    public void ended(TaskSpec task, Instant at) {
        Learner learner = learners.get(task.tenant());
        String before = learner == null ? null : learner.before.remove(task.id());
        if (learner != null && before != null) {
            learner.heard = seconds(at);
            learner.miner.ended(before, task.taskType(), Signature.SIZE_UNKNOWN, seconds(at));
        }
    }

    /** What is new, if it is time to tell it. */
    List<Event.SuccessorsLearned> news(Instant now) {
        if (last != null && now.isBefore(last.plus(EVERY))) {
            return List.of();
        }
        last = now;
        List<Event.SuccessorsLearned> news = new ArrayList<>();
        learners.forEach((tenant, learner) -> {
            // When all windows have passed, and what was learned by that is told, nothing is new before something
            // happens.
            if (seconds(now) <= learner.heard + WINDOW_SECONDS + 2 * EVERY.toSeconds()) {
                learner.miner.advance(seconds(now));
                SortedMap<String, List<Follows>> known = Follows.known(learner.graph);
                if (!known.equals(learner.told)) {
                    learner.told = known;
                    news.add(new Event.SuccessorsLearned(tenant, known));
                }
            }
        });
        return news;
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }
}
