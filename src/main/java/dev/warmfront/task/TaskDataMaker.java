package dev.warmfront.task;

import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What ties a requested task to places. */
final class TaskDataMaker {

    private TaskDataMaker() {}

    /**
     * All of it.
     *
     * @param keys of the workflow's tasks
     * @throws IllegalArgumentException with a sentence for people
     */
    static TaskData make(TaskRequest request, Map<String, TaskId> keys, TaskThings.Known known) {
        boolean none = request.datasets() == null
                && request.inputs() == null
                && request.outputs() == null
                && request.services() == null;
        return none
                ? TaskData.NONE
                : new TaskData(inputs(request, keys, known), outputs(request), services(request, known));
    }

    private static List<TaskInput> inputs(TaskRequest request, Map<String, TaskId> keys, TaskThings.Known known) {
        List<TaskInput> inputs = new ArrayList<>();
        List<String> datasets = request.datasets() == null ? List.of() : request.datasets();
        for (String name : datasets) {
            TaskInput.Dataset dataset = name == null ? null : known.datasets().apply(name);
            if (dataset == null) {
                throw new IllegalArgumentException("there is no dataset " + name);
            }
            inputs.add(dataset);
        }
        List<TaskRequest.InputRequest> made = request.inputs() == null ? List.of() : request.inputs();
        for (TaskRequest.InputRequest input : made) {
            String output = input == null ? null : input.output();
            if (input == null || output == null || input.from() == null) {
                throw new IllegalArgumentException("an input names the task that it is from, and its output there");
            }
            TaskId from = keys.get(input.from());
            if (from == null) {
                throw new IllegalArgumentException("no task has the key " + input.from());
            }
            inputs.add(new TaskInput.Output(input.name() == null ? output : input.name(), from, output));
        }
        return inputs;
    }

    private static SortedMap<String, String> outputs(TaskRequest request) {
        SortedMap<String, String> outputs = new TreeMap<>();
        if (request.outputs() != null) {
            request.outputs().forEach((name, path) -> {
                if (path == null) {
                    throw new IllegalArgumentException("output " + name + " has no path");
                }
                outputs.put(name, path);
            });
        }
        return outputs;
    }

    private static List<ServiceUse> services(TaskRequest request, TaskThings.Known known) {
        List<ServiceUse> uses = new ArrayList<>();
        List<TaskRequest.ServiceUseRequest> asked = request.services() == null ? List.of() : request.services();
        for (TaskRequest.ServiceUseRequest use : asked) {
            String name = use == null ? null : use.name();
            List<Endpoint> endpoints = name == null ? null : known.services().apply(name);
            if (use == null || name == null || endpoints == null) {
                throw new IllegalArgumentException("there is no service " + name);
            }
            uses.add(new ServiceUse(name, endpoints, use.calls() == null ? 1 : use.calls()));
        }
        return uses;
    }
}
