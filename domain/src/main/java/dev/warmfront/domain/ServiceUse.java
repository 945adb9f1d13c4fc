package dev.warmfront.domain;

import java.util.List;

/**
 * A service beside the machines that a task calls: a database, a licence server.
 *
 * @param name by which the task finds it: {@code WARMFRONT_SERVICE_<NAME>}; unique within the task
 * @param endpoints any of which serves, as they were registered when the task was submitted
 * @param calls round trips that one run makes, ≥ 0
 */
public record ServiceUse(String name, List<Endpoint> endpoints, int calls) {

    /** So many endpoints a service has at most: each is measured by each agent that may use it. */
    public static final int MAX_ENDPOINTS = 16;

    public ServiceUse {
        DataNames.check("service", name);
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException("a service has 1 to " + MAX_ENDPOINTS + " endpoints");
        }
        if (calls < 0) {
            throw new IllegalArgumentException("a task calls a service 0 times or more, not " + calls);
        }
    }
}
