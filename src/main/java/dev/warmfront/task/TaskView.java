package dev.warmfront.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.scheduler.Allocation;
import dev.warmfront.scheduler.Nowhere;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task.
 *
 * @param attempt number of the current or last attempt, 0 before the first
 * @param eligibleAt when it could first have run: submitted, and all parents done
 * @param waitSeconds from eligible to the start of its process
 * @param startKind HOT, or it waited for a resume (STANDBY) or a launch (COLD)
 * @param end how the last attempt ended
 * @param detail why it failed or was cancelled, or, where one task is asked for that has no machine, why none there is can take it
 * @param failures attempts that failed by the command's own fault
 * @param losses attempts that ended because their machine did
 * @param signature what learners tell it by: tasks with the same are alike
 * @param inputBytes how large its input is
 * @param gpus which devices of its machine it has, while it has any; where one task is asked for
 * @param outputs the files that it left for its children, by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskView(
        String id,
        String name,
        String taskType,
        @Nullable String workflow,
        String state,
        int attempt,
        int priority,
        List<String> command,
        String environment,
        ResourcesView resources,
        List<String> parents,
        double timeoutSeconds,
        @Nullable Instant submittedAt,
        @Nullable Instant eligibleAt,
        @Nullable Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Double waitSeconds,
        @Nullable String startKind,
        @Nullable String instance,
        @Nullable Integer exitCode,
        @Nullable String end,
        @Nullable String detail,
        @Nullable UsageView usage,
        int failures,
        int losses,
        String signature,
        @Nullable Long inputBytes,
        @Nullable List<GpuView> gpus,
        @Nullable Map<String, Blob> outputs) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** A vector of compute. */
    public record ResourcesView(long cpuMillis, long memoryBytes, Map<String, BigDecimal> gpus) {
        public static ResourcesView of(Resources resources) {
            Map<String, BigDecimal> gpus = new TreeMap<>();
            resources
                    .gpuMillis()
                    .forEach((type, millis) ->
                            gpus.put(type, BigDecimal.valueOf(millis, 3).stripTrailingZeros()));
            return new ResourcesView(resources.cpuMillis(), resources.memoryBytes(), gpus);
        }
    }

    /**
     * A GPU of the machine that it has, or has a part of.
     *
     * @param device its number on the machine, from 0
     * @param share 1 is the whole of it
     */
    public record GpuView(String type, int device, BigDecimal share) {
        static GpuView of(Allocation.Device device) {
            return new GpuView(
                    device.type(),
                    device.device(),
                    BigDecimal.valueOf(device.millis(), 3).stripTrailingZeros());
        }
    }

    /** What the last attempt used. */
    public record UsageView(
            double cpuSeconds,
            long peakMemoryBytes,
            long readBytes,
            long writtenBytes,
            long networkBytes,
            double wallSeconds) {}

    /** A task that was just taken up. */
    static TaskView accepted(TaskSpec spec) {
        TaskState state = spec.parents().isEmpty() ? TaskState.QUEUED : TaskState.PENDING;
        return new TaskView(
                spec.id().value(),
                spec.name(),
                spec.taskType(),
                spec.workflow() == null ? null : spec.workflow().value(),
                state.name(),
                0,
                spec.priority(),
                spec.command().argv(),
                spec.environment().value(),
                ResourcesView.of(spec.request()),
                spec.parents().stream().map(TaskId::value).toList(),
                seconds(spec.timeout()),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                0,
                spec.traits().signature(),
                inputBytes(spec),
                null,
                null);
    }

    static TaskView of(TaskRow row) {
        return of(row, List.of());
    }

    /** Of one that has no machine, with the reason where it can have none. */
    static TaskView waiting(TaskRow row, MachineLimits limits, List<Offering> offerings) {
        String nowhere = Nowhere.why(offerings, limits, CellJson.spec(row.spec).request());
        return of(row, List.of(), nowhere == null ? detail(row) : nowhere);
    }

    static TaskView of(TaskRow row, List<Allocation.Device> gpus) {
        return of(row, gpus, detail(row));
    }

    private static TaskView of(TaskRow row, List<Allocation.Device> gpus, @Nullable String detail) {
        TaskSpec spec = CellJson.spec(row.spec);
        return new TaskView(
                row.taskId,
                row.name,
                row.taskType,
                row.workflowId,
                row.state,
                row.attempt,
                spec.priority(),
                spec.command().argv(),
                spec.environment().value(),
                ResourcesView.of(spec.request()),
                spec.parents().stream().map(TaskId::value).toList(),
                seconds(spec.timeout()),
                row.submittedAt,
                row.eligibleAt,
                row.assignedAt,
                row.startedAt,
                row.finishedAt,
                wait(row),
                row.startKind,
                row.instanceId,
                row.exitCode,
                row.resultEnd,
                detail,
                usage(row),
                row.failures,
                row.losses,
                spec.traits().signature(),
                inputBytes(spec),
                gpus.isEmpty() ? null : gpus.stream().map(GpuView::of).toList(),
                row.outputs == null ? null : CellJson.outputs(row.outputs));
    }

    private static @Nullable Long inputBytes(TaskSpec spec) {
        return spec.traits().inputBytes() == TaskTraits.SIZE_UNKNOWN
                ? null
                : spec.traits().inputBytes();
    }

    private static @Nullable Double wait(TaskRow row) {
        return row.startedAt == null || row.eligibleAt == null
                ? null
                : seconds(Duration.between(row.eligibleAt, row.startedAt));
    }

    private static @Nullable String detail(TaskRow row) {
        if (!row.detail.isEmpty()) {
            return row.detail;
        }
        return row.resultDetail == null || row.resultDetail.isEmpty() ? null : row.resultDetail;
    }

    private static @Nullable UsageView usage(TaskRow row) {
        return row.cpuNanos == null
                        || row.peakMemoryBytes == null
                        || row.readBytes == null
                        || row.writtenBytes == null
                        || row.networkBytes == null
                        || row.wallNanos == null
                ? null
                : new UsageView(
                        row.cpuNanos / NANOS_PER_SECOND,
                        row.peakMemoryBytes,
                        row.readBytes,
                        row.writtenBytes,
                        row.networkBytes,
                        row.wallNanos / NANOS_PER_SECOND);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
