package dev.warmfront.task;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task to run. What is left out comes from its definition, else from the defaults.
 *
 * @param definition a task definition's name
 * @param name what people call this one task
 * @param taskType what learners group by; the definition's or the program's name by default
 * @param command program and arguments; needed where no definition has it
 * @param variables added to the definition's
 * @param environment what must be loaded; {@code generic} by default
 * @param resources what is set aside for it; 1 CPU and 512 MiB by default
 * @param priority 0 (last) – 9 (first), 5 by default
 * @param timeoutSeconds killed after this long, 3600 by default
 * @param retry one try by default
 * @param traits what learners tell it from others by
 * @param datasets names of datasets that it reads
 * @param inputs what it reads of its parents' outputs
 * @param outputs files that it leaves for its children, by name: paths within its working folder
 * @param services what it calls
 */
public record TaskRequest(
        @Nullable String definition,
        @Nullable String name,
        @Nullable String taskType,
        @Nullable List<String> command,
        @Nullable Map<String, String> variables,
        @Nullable String environment,
        @Nullable ResourcesRequest resources,
        @Nullable Integer priority,
        @Nullable Double timeoutSeconds,
        @Nullable RetryRequest retry,
        @Nullable TraitsRequest traits,
        @Nullable List<String> datasets,
        @Nullable List<InputRequest> inputs,
        @Nullable Map<String, String> outputs,
        @Nullable List<ServiceUseRequest> services) {

    /**
     * A file that another task of the workflow leaves.
     *
     * @param name of the variable; the output's by default
     * @param from the key of the task that leaves it, which must be a parent
     * @param output its name there
     */
    public record InputRequest(
            @Nullable String name,
            @Nullable String from,
            @Nullable String output) {}

    /**
     * A service that is called.
     *
     * @param name as it is registered
     * @param calls round trips of one run, 1 by default
     */
    public record ServiceUseRequest(
            @Nullable String name, @Nullable Integer calls) {}

    /** One that says nothing but its command. */
    static TaskRequest of(List<String> command) {
        return new TaskRequest(
                null, null, null, command, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** What is set aside; whole thousandths of GPUs. */
    public record ResourcesRequest(
            @Nullable Long cpuMillis,
            @Nullable Long memoryBytes,
            @Nullable Map<String, BigDecimal> gpus) {}

    /** What happens when the command fails. */
    public record RetryRequest(
            @Nullable Integer maxAttempts, @Nullable Double backoffSeconds) {}

    /**
     * What makes the task like others. What is left out is told from the rest.
     *
     * @param code hash or version of what runs; the program and the environment by default
     * @param inputKind what its input is
     * @param inputBytes how large its input is
     * @param variables names of the variables that make a difference; none by default
     */
    public record TraitsRequest(
            @Nullable String code,
            @Nullable String inputKind,
            @Nullable Long inputBytes,
            @Nullable List<String> variables) {

        TraitsRequest over(@Nullable TraitsRequest other) {
            return other == null
                    ? this
                    : new TraitsRequest(
                            code != null ? code : other.code,
                            inputKind != null ? inputKind : other.inputKind,
                            inputBytes != null ? inputBytes : other.inputBytes,
                            variables != null ? variables : other.variables);
        }
    }

    /** This, with what it leaves out taken from the other. */
    TaskRequest over(TaskRequest other) {
        return new TaskRequest(
                definition,
                name != null ? name : other.name,
                taskType != null ? taskType : other.taskType,
                command != null ? command : other.command,
                merged(other.variables, variables),
                environment != null ? environment : other.environment,
                resources != null ? resources : other.resources,
                priority != null ? priority : other.priority,
                timeoutSeconds != null ? timeoutSeconds : other.timeoutSeconds,
                retry != null ? retry : other.retry,
                traits != null ? traits.over(other.traits) : other.traits,
                datasets != null ? datasets : other.datasets,
                inputs != null ? inputs : other.inputs,
                outputs != null ? outputs : other.outputs,
                services != null ? services : other.services);
    }

    private static @Nullable Map<String, String> merged(
            @Nullable Map<String, String> under, @Nullable Map<String, String> over) {
        if (under == null || over == null) {
            return over == null ? under : over;
        }
        Map<String, String> all = new java.util.HashMap<>(under);
        all.putAll(over);
        return all;
    }
}
