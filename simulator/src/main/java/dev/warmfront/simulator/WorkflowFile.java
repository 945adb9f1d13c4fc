package dev.warmfront.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One workflow execution in WfFormat 1.5: who waits for whom from {@code workflow.specification.tasks}, runtimes from {@code
 * workflow.execution.tasks}. A task without a runtime is counted as skipped, and its children wait for its parents instead.
 */
final class WorkflowFile {

    private static final int MAX_TASKS = 1_000_000;

    /**
     * What was read.
     *
     * @param tasks parents before children
     */
    record Read(List<TraceTask> tasks, long skipped) {}

    private final Path file;
    private final Map<String, List<String>> parents = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> programs = new HashMap<>();
    private final Map<String, Long> runtimes = new HashMap<>();
    private final Map<String, Collection<Integer>> waitsFor = new HashMap<>();
    private final List<TraceTask> ordered = new ArrayList<>();

    private WorkflowFile(Path file) {
        this.file = file;
    }

    /** @throws TraceException when it is not such a file, or its tasks wait for each other in a circle */
    static Read read(Path path) {
        WorkflowFile file = new WorkflowFile(path);
        try (InputStream bytes = TraceFile.open(path);
                JsonParser json = new JsonFactory().createParser(bytes)) {
            file.parse(json);
        } catch (IOException e) {
            throw new TraceException(path, 0, "", "is no readable JSON: " + firstLine(TraceFile.reason(e)));
        }
        return file.order();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private void parse(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw bad(json, "", "is no JSON object");
        }
        walk(json, "");
        if (parents.isEmpty()) {
            throw new TraceException(file, 0, "workflow.specification.tasks", "there are no tasks");
        }
    }

    /** Goes down to the two arrays that matter and skips the rest unread. */
    private void walk(JsonParser json, String at) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String path = at.isEmpty() ? json.currentName() : at + "." + json.currentName();
            JsonToken value = json.nextToken();
            switch (path) {
                case "workflow", "workflow.specification", "workflow.execution" -> {
                    if (value != JsonToken.START_OBJECT) {
                        throw bad(json, path, "is no object");
                    }
                    walk(json, path);
                }
                case "workflow.specification.tasks" -> tasks(json, path, true);
                case "workflow.execution.tasks" -> tasks(json, path, false);
                default -> json.skipChildren();
            }
        }
    }

    private void tasks(JsonParser json, String path, boolean specified) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad(json, path, "is no array");
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            task(json, path, specified);
        }
    }

    private void task(JsonParser json, String path, boolean specified) throws IOException {
        String id = "";
        String name = "";
        List<String> before = new ArrayList<>();
        Double runtime = null;
        String program = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "id" -> id = String.valueOf(json.getValueAsString());
                case "name" -> name = String.valueOf(json.getValueAsString());
                case "parents" -> {
                    while (value == JsonToken.START_ARRAY && json.nextToken() != JsonToken.END_ARRAY) {
                        before.add(String.valueOf(json.getValueAsString()));
                    }
                }
                case "runtimeInSeconds" -> runtime = seconds(json, path);
                case "command" -> program = program(json);
                default -> json.skipChildren();
            }
        }
        if (id.isEmpty()) {
            throw bad(json, path + ".id", "a task has no id");
        }
        if (specified) {
            if (parents.put(id, before) != null || parents.size() > MAX_TASKS) {
                throw bad(json, path + ".id", "is there twice, or there are more than " + MAX_TASKS + " tasks: " + id);
            }
            names.put(id, name.isEmpty() ? id : name);
        } else if (runtime != null) {
            runtimes.put(id, CsvTable.toMicros(runtime));
            programs.put(id, program);
        }
    }

    private static String program(JsonParser json) throws IOException {
        String program = "";
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return program;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean meant = json.currentName().equals("program");
            if (json.nextToken() == JsonToken.VALUE_STRING && meant) {
                program = json.getText();
            } else {
                json.skipChildren();
            }
        }
        return program;
    }

    private @Nullable Double seconds(JsonParser json, String path) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        double value = json.currentToken().isNumeric() ? json.getDoubleValue() : Double.NaN;
        if (!(value >= 0) || value > 36_500.0 * 86_400) {
            throw bad(json, path + ".runtimeInSeconds", json.getText() + " is not a number of seconds ≥ 0");
        }
        return value;
    }

    private TraceException bad(JsonParser json, String field, String why) {
        return new TraceException(file, json.currentLocation().getLineNr(), field, why);
    }

    /** Parents first (Kahn), in the order of the file among those that are free. */
    private Read order() {
        Map<String, Integer> open = new HashMap<>();
        Map<String, List<String>> children = new HashMap<>();
        List<String> free = new ArrayList<>();
        parents.forEach((id, before) -> {
            TreeSet<String> distinct = new TreeSet<>(before);
            open.put(id, distinct.size());
            if (distinct.isEmpty()) {
                free.add(id);
            }
            for (String parent : distinct) {
                if (!parents.containsKey(parent)) {
                    throw new TraceException(
                            file, 0, "workflow.specification.tasks.parents", id + " waits for an unknown " + parent);
                }
                children.computeIfAbsent(parent, key -> new ArrayList<>()).add(id);
            }
        });
        for (int next = 0; next < free.size(); next++) {
            String id = free.get(next);
            place(id);
            for (String child : children.getOrDefault(id, List.of())) {
                if (open.merge(child, -1, Integer::sum) == 0) {
                    free.add(child);
                }
            }
        }
        if (free.size() < parents.size()) {
            throw new TraceException(
                    file, 0, "workflow.specification.tasks.parents", "tasks wait for each other in a circle");
        }
        return new Read(ordered, parents.size() - ordered.size());
    }

    private void place(String id) {
        TreeSet<Integer> before = new TreeSet<>();
        for (String parent : parents.getOrDefault(id, List.of())) {
            before.addAll(waitsFor.getOrDefault(parent, List.of()));
        }
        Long runtime = runtimes.get(id);
        if (runtime == null) {
            waitsFor.put(id, before);
            return;
        }
        waitsFor.put(id, List.of(ordered.size()));
        String type = TraceTask.type(names.getOrDefault(id, id), programs.getOrDefault(id, ""));
        ordered.add(new TraceTask(type, runtime, List.copyOf(before)));
    }
}
