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
 * @param data all that should lie here besides what attempts bring: kept where it is, else fetched ahead
 * @param sends pieces to be sent, once each
 * @param endpoints all whose distance is to be measured
 */
record Desired(
        String version,
        List<Assignment> attempts,
        List<EnvironmentSpec> environments,
        String mode,
        List<Datum> data,
        List<Send> sends,
        List<String> endpoints) {

    /**
     * A file that lies somewhere.
     *
     * @param url where it is; null: with another agent
     */
    record Datum(
            String tenant,
            String sha256,
            long bytes,
            @Nullable String url) {}

    /**
     * A file that an attempt reads.
     *
     * @param datum null: whoever should have made it left none
     */
    record Input(String name, @Nullable Datum datum) {}

    /**
     * A service that an attempt calls.
     *
     * @param endpoints at least one, those that are probably near first
     */
    record Service(String name, List<String> endpoints) {}

    /** A piece of a file that another agent waits for. */
    record Send(String id, String tenant, String sha256, long offset, int length) {}

    /**
     * One attempt that should run, or be cancelled.
     *
     * @param run false: it should not run any more
     * @param timeout from the start of its process; positive
     * @param gpus numbers of the devices that it may see; null where nothing was said of them
     * @param inputs files that must lie here before it begins
     * @param outputs paths in its working folder, by name
     * @param services what it calls
     */
    record Assignment(
            AttemptKey key,
            boolean run,
            List<String> argv,
            Map<String, String> variables,
            Duration timeout,
            Limits limits,
            @Nullable List<Long> gpus,
            List<Input> inputs,
            Map<String, String> outputs,
            List<Service> services) {}

    /**
     * What an attempt may use.
     *
     * @param cpuMillis milli-cores, 0 = not limited
     * @param memoryBytes 0 = not limited
     * @param memoryHighBytes beyond it the kernel slows the attempt down and takes back what it can, so that there is time to give it
     *     more before it is at its limit; 0 = nowhere
     */
    record Limits(long cpuMillis, long memoryBytes, long memoryHighBytes) {

        static final Limits NONE = new Limits(0, 0, 0);
    }

    /**
     * What should be warm.
     *
     * @param warmUp the command that makes it so; empty: it is warm at once
     */
    record EnvironmentSpec(String key, List<String> warmUp, Map<String, String> variables, Duration timeout) {}

    private static final double DEFAULT_TIMEOUT_SECONDS = 3600;

    /** The control plane takes no larger pieces. */
    private static final int MOST_SENT = 4 << 20;

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
                    new Limits(
                            limits.whole("cpuMillis", 0),
                            limits.whole("memoryBytes", 0),
                            limits.whole("memoryHighBytes", 0)),
                    attempt.members().containsKey("gpus") ? devices(attempt) : null,
                    inputs(attempt),
                    named(attempt, "outputs"),
                    services(attempt)));
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
        return new Desired(
                answer.text("version"),
                attempts,
                environments,
                answer.text("mode", "work"),
                data(answer),
                sends(answer),
                texts(answer, "endpoints"));
    }

    private static List<Datum> data(Json.Obj answer) {
        List<Datum> data = new ArrayList<>();
        for (Json item : answer.items("data")) {
            data.add(datum(object(item), object(item).text("tenant")));
        }
        return data;
    }

    private static Datum datum(Json.Obj item, String tenant) {
        String sha256 = item.text("sha256");
        long bytes = item.whole("bytes");
        if (!sha256.matches("[0-9a-f]{64}") || bytes < 0) {
            throw new JsonException("a file has no SHA-256 or no size");
        }
        return new Datum(tenant, sha256, bytes, item.find("url") == null ? null : item.text("url"));
    }

    private static List<Input> inputs(Json.Obj attempt) {
        List<Input> inputs = new ArrayList<>();
        for (Json item : attempt.items("inputs")) {
            Json.Obj input = object(item);
            boolean made = input.find("sha256") != null;
            inputs.add(new Input(input.text("name"), made ? datum(input, attempt.text("tenant")) : null));
        }
        return inputs;
    }

    private static List<Service> services(Json.Obj attempt) {
        List<Service> services = new ArrayList<>();
        for (Json item : attempt.items("services")) {
            Service service = new Service(object(item).text("name"), texts(object(item), "endpoints"));
            if (service.endpoints().isEmpty()) {
                throw new JsonException("a service has no endpoints");
            }
            services.add(service);
        }
        return services;
    }

    private static List<Send> sends(Json.Obj answer) {
        List<Send> sends = new ArrayList<>();
        for (Json item : answer.items("sends")) {
            Json.Obj send = object(item);
            sends.add(new Send(
                    send.text("id"),
                    send.text("tenant"),
                    send.text("sha256"),
                    send.whole("offset"),
                    Math.clamp(send.whole("length"), 0, MOST_SENT)));
        }
        return sends;
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
        return named(in, "variables");
    }

    private static Map<String, String> named(Json.Obj in, String member) {
        Json.Obj given = in.object(member);
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
