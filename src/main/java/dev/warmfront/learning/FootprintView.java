package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.forecast.WorkflowFootprint;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow will want from now on if nothing holds it up: each task begins when its parents have ended and runs for as
 * long as the middle of what is predicted of it.
 *
 * @param tasks that have not ended
 * @param seconds until the last ends
 * @param peak the most that is wanted at once, of each on its own
 * @param criticalPath tasks of which each delay delays the end, first to last
 * @param demand what is wanted, from each moment until the next
 * @param contention against the CPU that was asked about; null where none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FootprintView(
        String workflow,
        int tasks,
        double seconds,
        WantedView peak,
        List<StepView> criticalPath,
        List<WantedView> demand,
        @Nullable ContentionView contention) {

    private static final int MOST_POINTS = 1_000;

    /** What is wanted from {@code afterSeconds} on. */
    public record WantedView(double afterSeconds, int tasks, long cpuMillis, long memoryBytes) {
        static WantedView of(double after, WorkflowFootprint.Wanted wanted) {
            return new WantedView(after, wanted.tasks(), wanted.cpuMillis(), wanted.memoryBytes());
        }
    }

    /** A task of the critical path, and how long it is expected to run from now or from its start. */
    public record StepView(String id, String name, String taskType, double seconds) {}

    /**
     * When more CPU is wanted than there is.
     *
     * @param fromSeconds when that first happens; null where it never does
     * @param seconds for how long in all
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContentionView(long cpuMillis, @Nullable Double fromSeconds, double seconds) {}

    static FootprintView of(
            String workflow,
            List<UnfinishedTasks.Task> tasks,
            Optional<TenantLearned> known,
            Instant now,
            @Nullable Long cpuMillis) {
        Map<String, UnfinishedTasks.Task> open = new LinkedHashMap<>();
        for (UnfinishedTasks.Task task : tasks) {
            if (!task.state().isFinal()) {
                open.put(task.spec().id().value(), task);
            }
        }
        Map<String, StepView> steps = new HashMap<>();
        List<WorkflowFootprint.Task> ordered = new ArrayList<>();
        for (UnfinishedTasks.Task task : parentsFirst(open)) {
            TaskSpec spec = task.spec();
            double seconds = Predicted.lifetime(known, spec).remaining(task.elapsed(now), 0.5);
            ordered.add(new WorkflowFootprint.Task(
                    spec.id().value(),
                    seconds,
                    spec.parents().stream()
                            .map(TaskId::value)
                            .filter(open::containsKey)
                            .toList(),
                    spec.request().cpuMillis(),
                    spec.request().memoryBytes()));
            steps.put(spec.id().value(), new StepView(spec.id().value(), spec.name(), spec.taskType(), seconds));
        }
        WorkflowFootprint footprint = WorkflowFootprint.of(ordered);
        List<StepView> path = new ArrayList<>();
        footprint.criticalPath().forEach(id -> {
            StepView step = steps.get(id);
            if (step != null) {
                path.add(step);
            }
        });
        return new FootprintView(
                workflow,
                ordered.size(),
                footprint.seconds(),
                WantedView.of(0, footprint.peak()),
                path,
                demand(footprint),
                cpuMillis == null ? null : contention(footprint, cpuMillis));
    }

    private static ContentionView contention(WorkflowFootprint footprint, long cpuMillis) {
        double from = footprint.contendedFrom(cpuMillis);
        return new ContentionView(cpuMillis, Double.isNaN(from) ? null : from, footprint.contendedSeconds(cpuMillis));
    }

    /** All changes, or of very many the most that is wanted in each of a thousand parts. */
    private static List<WantedView> demand(WorkflowFootprint footprint) {
        List<WantedView> points = new ArrayList<>();
        if (footprint.demandAt().size() <= MOST_POINTS) {
            footprint.demandAt().forEach((after, wanted) -> points.add(WantedView.of(after, wanted)));
            return points;
        }
        double width = footprint.seconds() / MOST_POINTS;
        for (int part = 0; part < MOST_POINTS; part++) {
            WantedView most = new WantedView(part * width, 0, 0, 0);
            for (var wanted : footprint
                    .demandAt()
                    .subMap(part * width, (part + 1) * width)
                    .values()) {
                most = wanted.cpuMillis() >= most.cpuMillis ? WantedView.of(part * width, wanted) : most;
            }
            if (most.tasks > 0) {
                points.add(most);
            }
        }
        points.add(new WantedView(footprint.seconds(), 0, 0, 0));
        return points;
    }

    private static List<UnfinishedTasks.Task> parentsFirst(Map<String, UnfinishedTasks.Task> open) {
        Map<String, Integer> missing = new LinkedHashMap<>();
        Map<String, List<String>> children = new HashMap<>();
        Deque<String> ready = new ArrayDeque<>();
        open.forEach((id, task) -> {
            List<String> parents = task.spec().parents().stream()
                    .map(TaskId::value)
                    .filter(open::containsKey)
                    .distinct()
                    .toList();
            parents.forEach(parent -> children.computeIfAbsent(parent, unused -> new ArrayList<>())
                    .add(id));
            missing.put(id, parents.size());
            if (parents.isEmpty()) {
                ready.add(id);
            }
        });
        List<UnfinishedTasks.Task> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            String id = ready.remove();
            UnfinishedTasks.Task task = open.get(id);
            if (task != null) {
                ordered.add(task);
            }
            for (String child : children.getOrDefault(id, List.of())) {
                if (missing.merge(child, -1, Integer::sum) == 0) {
                    ready.add(child);
                }
            }
        }
        return ordered;
    }
}
