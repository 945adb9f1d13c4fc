package dev.warmfront.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client of the public API that goes on trying while the control plane is away, as a careful tenant would. */
final class Api {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration GIVE_UP = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI url;
    private final String key;

    Api(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    Api as(String otherKey) {
        return new Api(url, otherKey);
    }

    String key() {
        return key;
    }

    boolean ready() {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    JsonNode get(String path) throws InterruptedException {
        return persistently("GET", path, "", "");
    }

    /** What is not JSON; one try. */
    String text(String path) throws IOException, InterruptedException {
        return http.send(request("GET", path, "", ""), BodyHandlers.ofString()).body();
    }

    /** Repeats with the same idempotency key until there is an answer: nothing is created twice. */
    JsonNode post(String path, JsonNode body, String idempotencyKey) throws InterruptedException {
        return persistently("POST", path, body.toString(), idempotencyKey);
    }

    JsonNode put(String path, JsonNode body) throws InterruptedException {
        return persistently("PUT", path, body.toString(), "");
    }

    /** One try; the status alone. */
    int statusOfPost(String path, JsonNode body, String idempotencyKey) throws IOException, InterruptedException {
        return http.send(request("POST", path, body.toString(), idempotencyKey), BodyHandlers.discarding())
                .statusCode();
    }

    /** Every item of a paged list. */
    List<JsonNode> all(String path) throws InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        String separator = path.contains("?") ? "&" : "?";
        String cursor = "";
        do {
            JsonNode page = get(path + separator + "limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.get("items").forEach(items::add);
            cursor = page.path("next").asText("").replace("null", "");
        } while (!cursor.isEmpty());
        return items;
    }

    private JsonNode persistently(String method, String path, String body, String idempotencyKey)
            throws InterruptedException {
        long deadline = System.nanoTime() + GIVE_UP.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> response =
                        http.send(request(method, path, body, idempotencyKey), BodyHandlers.ofString());
                if (response.statusCode() < 300) {
                    return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
                }
                last = response.statusCode() + " " + response.body();
                if (response.statusCode() < 500 && response.statusCode() != 429 && response.statusCode() != 409) {
                    throw new AssertionError(method + " " + path + ": " + last);
                }
            } catch (IOException away) {
                last = String.valueOf(away);
            }
            Thread.sleep(50);
        }
        throw new AssertionError(method + " " + path + " got no good answer in " + GIVE_UP + ": " + last);
    }

    private HttpRequest request(String method, String path, String body, String idempotencyKey) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofSeconds(10))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            builder.header("Content-Type", "application/json");
        }
        if (!key.isEmpty()) {
            builder.header("Authorization", "Bearer " + key);
        }
        if (!idempotencyKey.isEmpty()) {
            builder.header("Idempotency-Key", idempotencyKey);
        }
        return builder.build();
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ArrayNode array(String... values) {
        ArrayNode array = JSON.createArrayNode();
        for (String value : values) {
            array.add(value);
        }
        return array;
    }
}
