package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A workflow that has come to its end, and whether its order was kept. */
final class WorkflowRun {

    private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

    private final String id;
    private final List<JsonNode> tasks;

    WorkflowRun(String id, List<JsonNode> tasks) {
        this.id = id;
        this.tasks = tasks;
    }

    /** Waits until every task of the workflow is final, then reads them all. */
    static WorkflowRun await(Context context, Api api, String id, long pauseMillis) throws InterruptedException {
        try (Progress progress = new Progress(context, "workflow " + id)) {
            while (true) {
                JsonNode workflow = api.get("/v1/workflows/" + Api.segment(id));
                long total = workflow.path("tasks").asLong();
                long done = 0;
                for (String state : FINAL) {
                    done += workflow.path("byState").path(state).asLong();
                }
                if (done >= total) {
                    return new WorkflowRun(id, api.all("/v1/tasks?workflow=" + Api.segment(id)));
                }
                progress.at(done, total, "tasks final");
                Thread.sleep(pauseMillis);
            }
        }
    }

    int tasks() {
        return tasks.size();
    }

    int succeeded() {
        return (int) tasks.stream()
                .filter(task -> Json.text(task, "state").equals("SUCCEEDED"))
                .count();
    }

    Waits waits() {
        return new Waits(tasks);
    }

    boolean good() {
        return succeeded() == tasks() && startedBeforeAParent() == 0;
    }

    /** Tasks that started before one of their parents had finished: none may. */
    int startedBeforeAParent() {
        Map<String, String> finishedAt = new HashMap<>();
        tasks.forEach(task -> finishedAt.put(Json.text(task, "id"), Json.text(task, "finishedAt")));
        int early = 0;
        for (JsonNode task : tasks) {
            String started = Json.text(task, "startedAt");
            boolean before = false;
            for (JsonNode parent : task.path("parents")) {
                String finished = finishedAt.get(parent.asText());
                if (finished == null) {
                    throw CliException.failed("task " + Json.text(task, "id") + " names the parent " + parent.asText()
                            + ", which the API does not list");
                }
                before |= !started.isEmpty()
                        && (finished.isEmpty() || Instant.parse(started).isBefore(Instant.parse(finished)));
            }
            early += before ? 1 : 0;
        }
        return early;
    }

    /** From the submission to the last end; zero where nothing ended. */
    Duration makespan() {
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (JsonNode task : tasks) {
            if (!Json.text(task, "finishedAt").isEmpty()) {
                Instant submitted = Instant.parse(Json.text(task, "submittedAt"));
                Instant finished = Instant.parse(Json.text(task, "finishedAt"));
                first = submitted.isBefore(first) ? submitted : first;
                last = finished.isAfter(last) ? finished : last;
            }
        }
        return last.isBefore(first) ? Duration.ZERO : Duration.between(first, last);
    }

    ObjectNode json() {
        ObjectNode json = Json.object()
                .put("workflow", id)
                .put("tasks", tasks())
                .put("succeeded", succeeded())
                .put("makespanSeconds", makespan().toMillis() / 1e3)
                .put("startedBeforeAParent", startedBeforeAParent());
        waits().addTo(json);
        return json;
    }
}
