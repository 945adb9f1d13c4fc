package dev.warmfront.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.warmfront.forecast.Followed;
import dev.warmfront.forecast.RunShape;
import dev.warmfront.forecast.RunSoFar;
import dev.warmfront.forecast.Signature;
import dev.warmfront.simulator.TraceTask;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One recorded run of an application: tasks with what they followed.
 *
 * @param application runs of one application are learned from together
 * @param tasks each after its parents
 */
record RecordedRun(String application, String name, List<Task> tasks) {

    RecordedRun {
        tasks = List.copyOf(tasks);
    }

    /**
     * @param seconds run time
     * @param inputBytes −1 when not recorded
     * @param endSeconds since the run's start, if nothing but its parents held it up
     */
    record Task(
            String id,
            String type,
            double seconds,
            long inputBytes,
            double endSeconds,
            List<String> parents,
            List<String> children) {
        Task {
            parents = List.copyOf(parents);
            children = List.copyOf(children);
        }
    }

    /**
     * Reads a workflow run (WfFormat, JSON) or chains of jobs (CSV: app, run_id, job_seq, runtime_s).
     *
     * @throws CliException (bad use) in one line
     */
    static List<RecordedRun> read(Path path) {
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (bare.endsWith(".json")) {
            return List.of(workflow(path, bare.substring(0, bare.length() - 5)));
        }
        return chains(path);
    }

    private static RecordedRun workflow(Path path, String name) {
        JsonNode root;
        try {
            root = Json.parse(PackedText.read(path));
        } catch (JsonProcessingException e) {
            throw CliException.badUse(path + " is not JSON: " + e.getOriginalMessage());
        }
        JsonNode specified = root.path("workflow").path("specification");
        if (!specified.path("tasks").isArray() || specified.path("tasks").isEmpty()) {
            throw CliException.badUse(path + " is no workflow run: workflow.specification.tasks is missing or empty");
        }
        Map<String, Long> sizes = new HashMap<>();
        specified
                .path("files")
                .forEach(file -> sizes.put(
                        Json.text(file, "id"), file.path("sizeInBytes").asLong(-1)));
        Map<String, JsonNode> executed = new HashMap<>();
        root.path("workflow")
                .path("execution")
                .path("tasks")
                .forEach(task -> executed.put(Json.text(task, "id"), task));
        Map<String, JsonNode> waiting = new LinkedHashMap<>();
        specified.path("tasks").forEach(task -> waiting.put(Json.text(task, "id"), task));
        return new RecordedRun(name.replaceFirst("-.*", ""), name, ordered(path, waiting, executed, sizes));
    }

    private static List<Task> ordered(
            Path path, Map<String, JsonNode> specified, Map<String, JsonNode> executed, Map<String, Long> sizes) {
        Map<String, Task> done = new LinkedHashMap<>();
        Map<String, Integer> missing = new HashMap<>();
        Deque<String> ready = new ArrayDeque<>();
        specified.forEach((id, task) -> {
            int parents = strings(task.path("parents")).size();
            missing.put(id, parents);
            if (parents == 0) {
                ready.add(id);
            }
        });
        while (!ready.isEmpty()) {
            String id = ready.remove();
            JsonNode task = specified.getOrDefault(id, Json.object());
            JsonNode run = executed.getOrDefault(id, Json.object());
            double seconds = run.path("runtimeInSeconds").asDouble(0);
            double start = 0;
            for (String parent : strings(task.path("parents"))) {
                Task before = done.get(parent);
                start = before == null ? start : Math.max(start, before.endSeconds());
            }
            long bytes = 0;
            for (String file : strings(task.path("inputFiles"))) {
                bytes += Math.max(0, sizes.getOrDefault(file, 0L));
            }
            List<String> children = strings(task.path("children"));
            done.put(
                    id,
                    new Task(
                            id,
                            TraceTask.type(Json.text(task, "name"), Json.text(run.path("command"), "program")),
                            seconds,
                            sizes.isEmpty() ? -1 : bytes,
                            start + seconds,
                            strings(task.path("parents")),
                            children));
            for (String child : children) {
                if (missing.merge(child, -1, Integer::sum) == 0) {
                    ready.add(child);
                }
            }
        }
        if (done.size() < specified.size()) {
            throw CliException.badUse(path + ": " + (specified.size() - done.size()) + " tasks wait for each other");
        }
        List<Task> tasks = new ArrayList<>(done.values());
        tasks.sort(Comparator.comparingDouble(Task::endSeconds));
        return tasks;
    }

    private static List<String> strings(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static List<RecordedRun> chains(Path path) {
        Map<String, List<Task>> runs = new LinkedHashMap<>();
        Map<String, String> applications = new HashMap<>();
        try (BufferedReader text = PackedText.open(path);
                CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(text)) {
            for (NamedCsvRecord row : rows) {
                String run = field(path, row, "run_id");
                applications.put(run, field(path, row, "app"));
                List<Task> tasks = runs.computeIfAbsent(run, unused -> new ArrayList<>());
                String id = field(path, row, "job_seq");
                List<String> parents =
                        tasks.isEmpty() ? List.of() : List.of(tasks.getLast().id());
                double seconds = number(path, row, "runtime_s");
                tasks.add(new Task(id, "job-" + id, seconds, -1, number(path, row, "end_s"), parents, List.of()));
            }
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + path + ": " + PackedText.reason(e));
        } catch (CsvParseException | java.io.UncheckedIOException e) {
            throw CliException.badUse(path + " is not a table: " + e.getMessage());
        }
        if (runs.isEmpty()) {
            throw CliException.badUse(path + " has no rows");
        }
        List<RecordedRun> all = new ArrayList<>();
        runs.forEach((run, tasks) -> {
            List<Task> linked = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                Task task = tasks.get(i);
                List<String> children =
                        i + 1 < tasks.size() ? List.of(tasks.get(i + 1).id()) : List.of();
                linked.add(new Task(
                        task.id(), task.type(), task.seconds(), -1, task.endSeconds(), task.parents(), children));
            }
            all.add(new RecordedRun(applications.getOrDefault(run, ""), run, linked));
        });
        return all;
    }

    private static String field(Path path, NamedCsvRecord row, String column) {
        return row.findField(column)
                .orElseThrow(() -> CliException.badUse(path + ", row " + row.getStartingLineNumber() + ": no column "
                        + column + "; wanted app, run_id, job_seq, end_s, runtime_s, or a workflow run as .json"));
    }

    private static double number(Path path, NamedCsvRecord row, String column) {
        String cell = field(path, row, column);
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw CliException.badUse(path + ", row " + row.getStartingLineNumber() + ", column " + column + ": \""
                    + cell + "\" is not a number");
        }
    }

    /**
     * Each task with what followed it, in the order in which they end. Of its run a task sees what was submitted before it ended:
     * what has no parents at the start, everything else when its last parent has ended.
     */
    List<Followed> followed() {
        Map<String, Task> byId = new HashMap<>();
        tasks.forEach(task -> byId.put(task.id(), task));
        RunSoFar run = new RunSoFar(name);
        Map<String, Integer> missing = new HashMap<>();
        for (Task task : tasks) {
            int parents =
                    (int) task.parents().stream().filter(byId::containsKey).count();
            missing.put(task.id(), parents);
            if (parents == 0) {
                run.submitted(task.type(), Signature.sizeBucket(task.inputBytes()));
            }
        }
        List<Followed> all = new ArrayList<>();
        for (Task task : tasks) {
            RunShape shape = run.ended(task.type());
            List<Followed.Successor> successors = new ArrayList<>();
            for (String id : task.children()) {
                Task child = byId.get(id);
                if (child != null) {
                    double ready = child.endSeconds() - child.seconds();
                    successors.add(new Followed.Successor(
                            child.type(),
                            Math.max(0, ready - task.endSeconds()),
                            0,
                            Math.max(1, child.parents().size())));
                    if (missing.merge(id, -1, Integer::sum) == 0) {
                        run.submitted(child.type(), Signature.sizeBucket(child.inputBytes()));
                    }
                }
            }
            all.add(new Followed(
                    before(task, byId), task.type(), Signature.sizeBucket(task.inputBytes()), shape, successors));
        }
        return all;
    }

    /** The type of the parent that ended last, or empty. */
    private static String before(Task task, Map<String, Task> byId) {
        String type = "";
        double latest = -1;
        for (String id : task.parents()) {
            Task parent = byId.get(id);
            if (parent != null && parent.endSeconds() > latest) {
                latest = parent.endSeconds();
                type = parent.type();
            }
        }
        return type;
    }
}
