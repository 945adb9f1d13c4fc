package dev.warmfront.workflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.warmfront.problem.Problems;
import dev.warmfront.task.TaskRequest;
import dev.warmfront.task.TaskService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A recorded workflow run in WfFormat 1.5 (WfCommons; schema at github.com/wfcommons/WfFormat): the parts that a replay
 * needs. {@code workflow.specification.tasks} has the DAG, {@code workflow.execution.tasks} what each task took.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WfFormat(
        @Nullable String name,
        @Nullable String schemaVersion,
        @Nullable Workflow workflow) {

    static final String BURN = "warmfront-burn";
    private static final String VERSION = "1.5";
    private static final int LONGEST_PROGRAM = 100;

    /** The workflow itself. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Workflow(
            @Nullable Specification specification, @Nullable Execution execution) {}

    /** What was asked for. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Specification(
            @Nullable List<SpecifiedTask> tasks, @Nullable List<RecordedFile> files) {}

    /** A file that tasks read or write. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RecordedFile(
            @Nullable String id, @Nullable Double sizeInBytes) {}

    /** What happened. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Execution(@Nullable List<ExecutedTask> tasks) {}

    /** A node of the DAG. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SpecifiedTask(
            @Nullable String id,
            @Nullable String name,
            @Nullable List<String> parents,
            @Nullable List<String> inputFiles) {}

    /** What a node took. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ExecutedTask(
            @Nullable String id,
            @Nullable Double runtimeInSeconds,
            @Nullable Command command,
            @Nullable Double memoryInBytes) {}

    /** What a node ran. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Command(@Nullable String program) {}

    /**
     * The workflow's tasks: each burns the recorded CPU seconds / speed.
     *
     * @param speed how many times faster than recorded
     * @param resources what each task is given
     */
    List<TaskService.WorkflowTask> tasks(double speed, TaskRequest.ResourcesRequest resources) {
        if (schemaVersion == null || !schemaVersion.equals(VERSION)) {
            throw Problems.invalid("schemaVersion", "only WfFormat " + VERSION + " is read, not " + schemaVersion);
        }
        if (workflow == null || workflow.specification() == null || workflow.execution() == null) {
            throw Problems.invalid(
                    "workflow", "specification and execution are needed: only recorded runs are replayed");
        }
        Map<String, ExecutedTask> executed = new HashMap<>();
        for (ExecutedTask task : or(workflow.execution().tasks())) {
            if (task.id() != null) {
                executed.put(task.id(), task);
            }
        }
        Map<String, Long> sizes = new HashMap<>();
        for (RecordedFile file : or(workflow.specification().files())) {
            if (file.id() != null && file.sizeInBytes() != null && file.sizeInBytes() >= 0) {
                sizes.put(file.id(), file.sizeInBytes().longValue());
            }
        }
        List<TaskService.WorkflowTask> tasks = new ArrayList<>();
        List<SpecifiedTask> specified = or(workflow.specification().tasks());
        for (int i = 0; i < specified.size(); i++) {
            SpecifiedTask task = specified.get(i);
            ExecutedTask run = task.id() == null ? null : executed.get(task.id());
            String field = "workflow.specification.tasks[" + i + "]";
            if (task.id() == null || run == null) {
                throw Problems.invalid(field, "it has no id, or no entry in workflow.execution.tasks");
            }
            Double seconds = run.runtimeInSeconds();
            if (seconds == null || !(seconds >= 0) || seconds.isInfinite()) {
                throw Problems.invalid("workflow.execution.tasks, " + task.id(), "runtimeInSeconds must be 0 or more");
            }
            List<String> command = new ArrayList<>();
            command.add(BURN);
            command.add(String.format(Locale.ROOT, "%.3f", seconds / speed));
            Double memory = run.memoryInBytes();
            if (memory != null && memory >= 1) {
                command.add(Long.toString(memory.longValue()));
            }
            String name = task.name() == null ? task.id() : task.name();
            String type = run.command() == null ? name : typeOf(run.command().program(), name);
            tasks.add(new TaskService.WorkflowTask(
                    task.id(),
                    new TaskRequest(
                            null,
                            name,
                            type,
                            command,
                            null,
                            null,
                            resources,
                            null,
                            null,
                            null,
                            new TaskRequest.TraitsRequest(type, null, inputBytes(task, sizes), null),
                            null,
                            null,
                            null,
                            null),
                    or(task.parents())));
        }
        return tasks;
    }

    /** What the task read, as far as the recorder knew; null when it knew nothing. */
    private static @Nullable Long inputBytes(SpecifiedTask task, Map<String, Long> sizes) {
        long sum = 0;
        boolean known = false;
        for (String file : or(task.inputFiles())) {
            Long size = sizes.get(file);
            if (size != null) {
                known = true;
                sum = Math.min(sum + size, Long.MAX_VALUE / 2);
            }
        }
        return known ? sum : null;
    }

    /** The program, where it is one word; some recorders put a whole script there, and then the task's name tells more. */
    private static String typeOf(@Nullable String program, String name) {
        boolean oneWord = program != null
                && !program.isBlank()
                && program.length() <= LONGEST_PROGRAM
                && program.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
        return oneWord ? Objects.requireNonNull(program) : name;
    }

    private static <T> List<T> or(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
