package dev.warmfront.domain;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What ties a task to places: files that it reads, files that it leaves for others, services that it calls.
 *
 * @param inputs files that must lie on its machine
 * @param outputs files that it leaves, by name: paths within its working folder
 * @param services what it calls while it runs
 */
public record TaskData(List<TaskInput> inputs, SortedMap<String, String> outputs, List<ServiceUse> services) {

    /** So many of each at most. */
    public static final int MAX_ITEMS = 32;

    private static final int LONGEST_PATH = 1_024;

    /** Of a task that runs as well anywhere. */
    public static final TaskData NONE = new TaskData(List.of(), Collections.emptySortedMap(), List.of());

    public TaskData {
        inputs = List.copyOf(inputs);
        services = List.copyOf(services);
        outputs = Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
        if (inputs.size() > MAX_ITEMS || outputs.size() > MAX_ITEMS || services.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a task has at most " + MAX_ITEMS + " inputs, " + MAX_ITEMS
                    + " outputs and " + MAX_ITEMS + " services");
        }
        checkDistinct(inputs.stream().map(TaskInput::name).toList());
        checkDistinct(services.stream().map(ServiceUse::name).toList());
        outputs.forEach((name, path) -> {
            DataNames.check("output", name);
            if (!isWithin(path)) {
                throw new IllegalArgumentException(
                        "output " + name + " is no path within the working folder: '" + path + "'");
            }
        });
    }

    private static void checkDistinct(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(DataNames.inVariable(name))) {
                throw new IllegalArgumentException("two inputs or two services share the variable of " + name);
            }
        }
    }

    private static boolean isWithin(String path) {
        if (path.isBlank() || path.length() > LONGEST_PATH || path.startsWith("/") || path.indexOf('\0') >= 0) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** Whether one machine is better for the task than another. */
    public boolean hasPlaces() {
        return !inputs.isEmpty() || !services.isEmpty();
    }
}
