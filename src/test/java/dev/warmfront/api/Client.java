package dev.warmfront.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** Somebody with a key. */
final class Client {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI url;
    private final String key;

    private Client(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    /** Whoever holds the operator's key file. */
    static Client operator(URI url) throws IOException {
        Path file = Path.of(System.getProperty("warmfront.data", ""), "operator-key");
        return new Client(url, Files.readString(file).strip());
    }

    Client as(String otherKey) {
        return new Client(url, otherKey);
    }

    /** A new tenant of its own, sharing machines, with a key that may write. */
    Client newTenant(String id) throws IOException, InterruptedException {
        send("POST", "/v1/tenants", "{\"id\": \"%s\", \"isolation\": \"SHARED\"}".formatted(id));
        return as(send("POST", "/v1/tenants/" + id + "/keys", "{\"role\": \"tenant-writer\"}")
                .json()
                .get("key")
                .asText());
    }

    static String someId(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    /** An answer. */
    record Answer(int status, String type, String body, Map<String, String> headers) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        boolean isProblem() {
            return type.startsWith("application/problem+json")
                    && json().path("title").isTextual()
                    && json().path("detail").isTextual()
                    && json().path("status").asInt() == status;
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    Answer send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body(),
                Map.of("ETag", response.headers().firstValue("ETag").orElse("")));
    }
}
