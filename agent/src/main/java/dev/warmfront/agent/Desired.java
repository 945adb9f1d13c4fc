package dev.warmfront.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane wants this instance to have; the whole truth, not a change.
 *
 * @param version opaque; given back as {@code seen}
 * @param mode {@code work} or {@code drain}
 */
record Desired(String version, List<Assignment> attempts, List<EnvironmentSpec> environments, String mode) {

    /**
     * One attempt that should run, or be cancelled.
     *
     * @param run false: it should not run any more
     * @param timeout from the start of its process; positive
     * @param gpus numbers of the devices that it may see; null where nothing was said of them
     */
    record Assignment(
            AttemptKey key,
            boolean run,
            List<String> argv,
            Map<String, String> variables,
            Duration timeout,
            Limits limits,
            @Nullable List<Long> gpus) {}

    /**
     * What an attempt may use.
     *
     * @param cpuMillis milli-cores, 0 = not limited
     * @param memoryBytes 0 = not limited
     */
    record Limits(long cpuMillis, long memoryBytes) {

        static final Limits NONE = new Limits(0, 0);
    }

    /**
     * What should be warm.
     *
     * @param warmUp the command that makes it so; empty: it is warm at once
     */
    record EnvironmentSpec(String key, List<String> warmUp, Map<String, String> variables, Duration timeout) {}

    private static final double DEFAULT_TIMEOUT_SECONDS = 3600;

    /** Ten years: a timeout beyond it would overflow the clock arithmetic and means "none" anyway. */
    private static final double MAX_TIMEOUT_SECONDS = 315_360_000;

    /**
     * Reads a poll's answer.
     *
     * @throws JsonException where it is not one
     */
    static Desired from(Json.Obj answer) {
        List<Assignment> attempts = new ArrayList<>();
        for (Json item : answer.items("attempts")) {
            Json.Obj attempt = object(item);
            boolean run =
                    switch (attempt.text("action")) {
                        case "run" -> true;
                        case "cancel" -> false;
                        default -> throw new JsonException("'action' is neither run nor cancel");
                    };
            Json.Obj limits = attempt.object("limits");
            attempts.add(new Assignment(
                    new AttemptKey(attempt.text("tenant"), attempt.text("task"), attempt.whole("number")),
                    run,
                    texts(attempt, "argv"),
                    variables(attempt),
                    timeout(attempt),
                    new Limits(limits.whole("cpuMillis", 0), limits.whole("memoryBytes", 0)),
                    attempt.members().containsKey("gpus") ? devices(attempt) : null));
        }
        List<EnvironmentSpec> environments = new ArrayList<>();
        for (Json item : answer.items("environments")) {
            Json.Obj environment = object(item);
            environments.add(new EnvironmentSpec(
                    environment.text("key"),
                    texts(environment, "warmUp"),
                    variables(environment),
                    timeout(environment)));
        }
        return new Desired(answer.text("version"), attempts, environments, answer.text("mode", "work"));
    }

    private static List<Long> devices(Json.Obj attempt) {
        List<Long> devices = new ArrayList<>();
        for (Json item : attempt.items("gpus")) {
            devices.add(object(item).whole("device"));
        }
        return devices;
    }

    private static Json.Obj object(Json item) {
        if (item instanceof Json.Obj object) {
            return object;
        }
        throw new JsonException("an item is not an object");
    }

    private static List<String> texts(Json.Obj in, String name) {
        List<String> texts = new ArrayList<>();
        for (Json item : in.items(name)) {
            if (!(item instanceof Json.Text(var value))) {
                throw new JsonException("an item of '" + name + "' is not a string");
            }
            texts.add(value);
        }
        return texts;
    }

    private static Map<String, String> variables(Json.Obj in) {
        Json.Obj given = in.object("variables");
        Map<String, String> variables = new LinkedHashMap<>();
        for (String name : given.members().keySet()) {
            variables.put(name, given.text(name));
        }
        return variables;
    }

    private static Duration timeout(Json.Obj in) {
        double seconds = in.real("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS);
        if (seconds <= 0) {
            throw new JsonException("'timeoutSeconds' is not positive");
        }
        return Duration.ofNanos((long) (Math.min(seconds, MAX_TIMEOUT_SECONDS) * 1e9));
    }
}
