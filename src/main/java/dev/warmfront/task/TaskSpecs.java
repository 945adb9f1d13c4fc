package dev.warmfront.task;

import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.forecast.Signature;
import dev.warmfront.problem.Problem;
import dev.warmfront.problem.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes task specifications of requests, gathering everything that is wrong with them. */
final class TaskSpecs {

    private static final Resources DEFAULT_RESOURCES = Resources.of(1_000, 512L << 20);
    private static final int DEFAULT_PRIORITY = 5;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_COMMAND = 64 * 1024;
    private static final int MOST_ERRORS = 100;
    private static final BigDecimal MOST_GPUS = BigDecimal.valueOf(1_000_000);

    private final TenantId tenant;
    private final TaskThings.Known known;
    private final List<Problem.FieldError> errors = new ArrayList<>();

    /** @param known what requests may name */
    TaskSpecs(TenantId tenant, TaskThings.Known known) {
        this.tenant = tenant;
        this.known = known;
    }

    /**
     * Where a task stands in its workflow.
     *
     * @param keys of the workflow's tasks
     */
    record Place(@Nullable WorkflowId workflow, List<TaskId> parents, Map<String, TaskId> keys) {
        static final Place ALONE = new Place(null, List.of(), Map.of());
    }

    /**
     * The specification of a request; null when something is wrong with it.
     *
     * @param request with its definition's values filled in
     * @param path where the request stands in the body, with a dot at its end, or empty
     */
    @Nullable TaskSpec make(TaskRequest request, TaskId id, Place place, String path) {
        int before = errors.size();
        Command command = checked(path + "command", () -> command(request));
        Resources resources = checked(path + "resources", () -> resources(request.resources()));
        Duration timeout = checked(
                path + "timeoutSeconds",
                () -> request.timeoutSeconds() == null
                        ? DEFAULT_TIMEOUT
                        : duration(request.timeoutSeconds(), TaskSpec.MAX_TIMEOUT));
        RetryPolicy retry = checked(path + "retry", () -> retry(request.retry()));
        EnvironmentId environment = checked(
                path + "environment",
                () -> request.environment() == null
                        ? Environment.GENERIC.id()
                        : new EnvironmentId(request.environment()));
        if (command == null || resources == null || timeout == null || retry == null || environment == null) {
            return null;
        }
        String taskType = checked(path + "taskType", () -> text(typeOf(request, command)));
        String name =
                checked(path + "name", () -> text(request.name() == null ? typeOf(request, command) : request.name()));
        TaskTraits traits = checked(path + "traits", () -> traits(request.traits(), command, environment));
        TaskData data = checked(path + "data", () -> TaskDataMaker.make(request, place.keys(), known));
        if (taskType == null || name == null || traits == null || data == null || errors.size() > before) {
            return null;
        }
        return checked(
                path + (request.priority() == null ? "resources" : "priority"),
                () -> new TaskSpec(
                        tenant,
                        id,
                        place.workflow(),
                        taskType,
                        name,
                        command,
                        environment,
                        resources,
                        request.priority() == null ? DEFAULT_PRIORITY : request.priority(),
                        timeout,
                        retry,
                        place.parents(),
                        traits,
                        data));
    }

    /** Throws what was found, if anything was. */
    void throwErrors() {
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
        }
    }

    void error(String field, String message) {
        errors.add(new Problem.FieldError(field, message));
    }

    private <T> @Nullable T checked(String field, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            error(
                    field,
                    e instanceof ArithmeticException ? "the number is out of range" : String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static String typeOf(TaskRequest request, Command command) {
        if (request.taskType() != null) {
            return request.taskType();
        }
        if (request.definition() != null) {
            return request.definition();
        }
        String program = command.argv().getFirst();
        String base = program.substring(program.lastIndexOf('/') + 1);
        return base.isBlank() ? "task" : base.substring(0, Math.min(base.length(), LONGEST_NAME));
    }

    private static String text(String text) {
        if (text.isBlank() || text.length() > LONGEST_NAME || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("1 to " + LONGEST_NAME + " characters, no control characters");
        }
        return text;
    }

    private static Command command(TaskRequest request) {
        if (request.command() == null || request.command().isEmpty()) {
            throw new IllegalArgumentException("is missing: a program and its arguments");
        }
        SortedMap<String, String> variables = new TreeMap<>();
        long size = 0;
        for (String part : request.command()) {
            if (part == null) {
                throw new IllegalArgumentException("an argument is null");
            }
            size += part.length();
        }
        if (request.variables() != null) {
            for (Map.Entry<String, String> variable : request.variables().entrySet()) {
                if (variable.getValue() == null) {
                    throw new IllegalArgumentException("variable " + variable.getKey() + " is null");
                }
                variables.put(variable.getKey(), variable.getValue());
                size += variable.getKey().length() + variable.getValue().length();
            }
        }
        if (size > LONGEST_COMMAND) {
            throw new IllegalArgumentException(
                    "arguments and variables may have " + LONGEST_COMMAND + " characters in all, not " + size);
        }
        return new Command(request.command(), variables);
    }

    private static TaskTraits traits(
            TaskRequest.@Nullable TraitsRequest request, Command command, EnvironmentId environment) {
        TaskRequest.TraitsRequest given =
                request == null ? new TaskRequest.TraitsRequest(null, null, null, null) : request;
        String code = given.code() == null
                ? environment.value() + '\n' + command.argv().getFirst()
                : text(given.code());
        String kind = given.inputKind() == null ? "" : text(given.inputKind());
        if (given.inputBytes() != null && given.inputBytes() < 0) {
            throw new IllegalArgumentException("inputBytes must be 0 or more");
        }
        SortedMap<String, String> variables = new TreeMap<>();
        if (given.variables() != null) {
            for (String name : given.variables()) {
                if (name == null) {
                    throw new IllegalArgumentException("a name of variables is null");
                }
                variables.put(name, command.variables().getOrDefault(name, ""));
            }
        }
        long bytes = given.inputBytes() == null ? TaskTraits.SIZE_UNKNOWN : given.inputBytes();
        return new TaskTraits(Signature.of(code, kind, bytes, variables).hex(), bytes);
    }

    private static Resources resources(TaskRequest.@Nullable ResourcesRequest request) {
        if (request == null) {
            return DEFAULT_RESOURCES;
        }
        SortedMap<String, Long> gpus = new TreeMap<>();
        if (request.gpus() != null) {
            request.gpus().forEach((type, count) -> {
                if (type.isBlank() || count == null || count.signum() < 0 || count.compareTo(MOST_GPUS) > 0) {
                    throw new IllegalArgumentException("gpus." + type + " must be 0 to " + MOST_GPUS);
                }
                // A scale beyond the thousandths is refused before it is computed with: it may be huge.
                if (Math.abs((long) count.scale()) > 9) {
                    throw new IllegalArgumentException("gpus." + type + " must be whole thousandths");
                }
                gpus.put(type, count.movePointRight(3).longValueExact());
            });
        }
        return new Resources(
                request.cpuMillis() == null ? DEFAULT_RESOURCES.cpuMillis() : request.cpuMillis(),
                request.memoryBytes() == null ? DEFAULT_RESOURCES.memoryBytes() : request.memoryBytes(),
                gpus);
    }

    private static RetryPolicy retry(TaskRequest.@Nullable RetryRequest request) {
        if (request == null) {
            return RetryPolicy.NONE;
        }
        return new RetryPolicy(
                request.maxAttempts() == null ? 1 : request.maxAttempts(),
                request.backoffSeconds() == null
                        ? Duration.ZERO
                        : duration(request.backoffSeconds(), Duration.ofHours(1)));
    }

    private static Duration duration(double seconds, Duration longest) {
        if (!(seconds >= 0 && seconds <= longest.toSeconds())) {
            throw new IllegalArgumentException("must be 0 to " + longest.toSeconds() + " seconds");
        }
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
