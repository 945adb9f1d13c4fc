package dev.warmfront.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the API says it has: taken from its own description, so that a new route is tested from its first day. */
final class Routes {

    /**
     * A route.
     *
     * @param path with placeholders
     * @param takesJson whether its description has a JSON body
     */
    record Route(String method, String path, boolean takesJson) {

        String filled(Map<String, String> values) {
            String filled = path;
            for (Map.Entry<String, String> value : values.entrySet()) {
                filled = filled.replace("{" + value.getKey() + "}", value.getValue());
            }
            if (filled.contains("{")) {
                throw new AssertionError("the test knows no value for a part of " + path);
            }
            return filled;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private Routes() {}

    static List<Route> all(Client client) throws IOException, InterruptedException {
        JsonNode paths = client.get("/openapi?format=json").json().get("paths");
        List<Route> routes = new ArrayList<>();
        paths.properties().forEach(path -> path.getValue().properties().forEach(method -> {
            if (List.of("get", "post", "put", "patch", "delete").contains(method.getKey())) {
                boolean takesJson =
                        method.getValue().path("requestBody").path("content").has("application/json");
                routes.add(new Route(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), takesJson));
            }
        }));
        return routes;
    }
}
