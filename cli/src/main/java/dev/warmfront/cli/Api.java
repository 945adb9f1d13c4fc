package dev.warmfront.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The public API. Every POST carries an idempotency key, so it may be repeated until it is answered: a server that asks for
 * a pause (429, 503) gets it, and within the patience also one that cannot be reached.
 */
final class Api {

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);
    private static final Duration BUSY_PATIENCE = Duration.ofSeconds(60);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final int PAGE = 1000;
    private static final int ERRORS_SHOWN = 3;

    private final HttpClient http;
    private final URI url;
    private final String key;
    private final String tenant;
    private final Duration patience;

    Api(URI url, String key, String tenant) {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build(),
                url,
                key,
                tenant,
                Duration.ZERO);
    }

    private Api(HttpClient http, URI url, String key, String tenant, Duration patience) {
        this.http = http;
        this.url = url;
        this.key = key;
        this.tenant = tenant;
        this.patience = patience;
    }

    /** The same control plane, on behalf of a tenant. */
    Api forTenant(String other) {
        return new Api(http, url, key, other, patience);
    }

    /** The same, but goes on trying this long when nobody answers: for long runs that should survive a restart. */
    Api patient(Duration limit) {
        return new Api(http, url, key, tenant, limit);
    }

    URI url() {
        return url;
    }

    String key() {
        return key;
    }

    String tenant() {
        return tenant;
    }

    /** One part of a path, whatever characters it has. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) throws InterruptedException {
        return tree(send("GET", path, ""));
    }

    String text(String path) throws InterruptedException {
        return send("GET", path, "");
    }

    JsonNode post(String path, JsonNode body) throws InterruptedException {
        return tree(send("POST", path, body.toString()));
    }

    /** Posts what is not JSON. */
    JsonNode post(String path, String body, String contentType) throws InterruptedException {
        return tree(send("POST", path, body, contentType));
    }

    JsonNode put(String path, JsonNode body) throws InterruptedException {
        return tree(send("PUT", path, body.toString()));
    }

    /** Puts, unless the version there is another by now. */
    JsonNode replace(String path, JsonNode body, long version) throws InterruptedException {
        HttpRequest request =
                request("PUT", path, body.toString(), "application/json", "If-Match", "\"" + version + "\"");
        return tree(send(request));
    }

    void delete(String path) throws InterruptedException {
        send("DELETE", path, "");
    }

    /** Every item of a paged list. */
    List<JsonNode> all(String path) throws InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        String start = path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE;
        String cursor = "";
        do {
            JsonNode page = get(cursor.isEmpty() ? start : start + "&cursor=" + segment(cursor));
            page.path("items").forEach(items::add);
            cursor = Json.text(page, "next");
        } while (!cursor.isEmpty());
        return items;
    }

    /** Whether it says that it is ready. */
    boolean ready() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String send(String method, String path, String body) throws InterruptedException {
        return send(method, path, body, "application/json");
    }

    private String send(String method, String path, String body, String contentType) throws InterruptedException {
        return send(request(method, path, body, contentType));
    }

    private String send(HttpRequest request) throws InterruptedException {
        long began = System.nanoTime();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            long wait = pause;
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() < 300) {
                    return response.body();
                }
                boolean busy = response.statusCode() == 429 || response.statusCode() == 503;
                if (!busy || passed(began, patience.plus(BUSY_PATIENCE))) {
                    throw problem(response);
                }
                wait = Math.max(wait, retryAfterMillis(response));
            } catch (IOException e) {
                if (passed(began, patience)) {
                    throw CliException.failed("cannot reach " + url + " (" + reason(e)
                            + "): is it running? ./warmfront serve starts one, --url names another");
                }
            }
            Thread.sleep(wait);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private HttpRequest request(String method, String path, String body, String contentType, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(REQUEST_LIMIT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!tenant.isEmpty()) {
            request.header("X-Warmfront-Tenant", tenant);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (method.equals("POST")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        return request.build();
    }

    private static boolean passed(long began, Duration limit) {
        return System.nanoTime() - began >= limit.toNanos();
    }

    private static long retryAfterMillis(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("0");
        return seconds.chars().allMatch(Character::isDigit) && seconds.length() < 5
                ? Long.parseLong(seconds) * 1000
                : 0;
    }

    /** One line of the problem that the server described, or of what came instead. */
    private static CliException problem(HttpResponse<String> response) {
        JsonNode body = tree(response.body());
        StringBuilder line = new StringBuilder(Json.text(body, "title"));
        if (line.isEmpty()) {
            line.append("the control plane answered ").append(response.statusCode());
        }
        String detail = Json.text(body, "detail");
        if (!detail.isEmpty()) {
            line.append(": ").append(detail);
        }
        // The detail tells of the first and counts the rest: a batch of a thousand would tell a thousand times.
        for (int i = 0; i < Math.min(body.path("errors").size(), ERRORS_SHOWN); i++) {
            JsonNode error = body.path("errors").path(i);
            String field = Json.text(error, "field");
            if (!detail.startsWith(field + ':')) {
                line.append("; ").append(field).append(' ').append(Json.text(error, "message"));
            }
        }
        String trace = Json.text(body, "traceId");
        if (response.statusCode() >= 500 && !trace.isEmpty()) {
            line.append(" (trace ").append(trace).append(')');
        }
        return CliException.failed(line.toString().replace('\n', ' '));
    }

    private static JsonNode tree(String body) {
        if (body.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return Json.parse(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? "connection refused" : message;
    }
}
