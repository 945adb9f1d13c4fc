package dev.warmfront.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmfront.cell.CellService;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What happens before routing: bodies that are too large are refused without being read, and what only the cell's owner can
 * do is passed on to it when that is another process.
 */
@ApplicationScoped
public class FrontDoor {

    private static final int FIRST = 10_000;
    private static final int LONGEST_NUMBER = 18;
    private static final int READ_TO_THE_END = 8;
    private static final String PASSED_ON = "X-Warmfront-Passed-On";
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final CellService cell;
    private final ObjectMapper json;
    private final HttpClient client;
    private final long bodyLimit;

    FrontDoor(
            CellService cell,
            ObjectMapper json,
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize bodyLimit) {
        this.cell = cell;
        this.json = json;
        this.bodyLimit = bodyLimit.asLongValue();
        // Agents' polls are held open: each needs a connection of its own for as long.
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(2_000),
                new io.vertx.core.http.PoolOptions().setHttp1MaxSize(1_000));
    }

    void open(@Observes Filters filters) {
        filters.register(this::look, FIRST);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        String length = request.getHeader("Content-Length");
        if (length != null && (length.length() > LONGEST_NUMBER || Long.parseLong(length) > bodyLimit)) {
            refuse(request, length.length() <= LONGEST_NUMBER && Long.parseLong(length) <= bodyLimit * READ_TO_THE_END);
        } else if (String.valueOf(request.uri()).contains("%00")) {
            // No name of ours has it, and the database takes it in no text.
            answer(context.response(), Problems.malformed("The address has a NUL character."));
        } else if (needsOwner(request) && !cell.isOwner()) {
            passOn(request);
        } else {
            context.next();
        }
    }

    /**
     * Few clients look for an answer before they have sent everything, so a body that is not much too large is read to its
     * end and dropped.
     */
    private void refuse(HttpServerRequest request, boolean readToTheEnd) {
        if (readToTheEnd) {
            request.handler(ignored -> {});
            request.endHandler(end -> answer(request.response(), tooLarge()));
            request.resume();
        } else {
            request.response().putHeader("Connection", "close");
            request.response().endHandler(done -> request.connection().close());
            answer(request.response(), tooLarge());
        }
    }

    private ProblemException tooLarge() {
        return Problems.tooLarge("A request's body may have at most " + bodyLimit + " bytes.");
    }

    /** Reads can be answered by anybody; the rest goes through the cell, or comes out of it or its learner. */
    private static boolean needsOwner(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        return path.startsWith("/agent/v1/")
                || path.startsWith("/v1/events")
                || path.startsWith("/v1/task-graph")
                || path.startsWith("/v1/forecast")
                || path.startsWith("/v1/profiles")
                || (path.startsWith("/v1/") && !request.method().equals(HttpMethod.GET));
    }

    private void passOn(HttpServerRequest request) {
        Optional<URI> owner = cell.ownerElsewhere();
        if (owner.isEmpty() || request.getHeader(PASSED_ON) != null) {
            answer(
                    request.response(),
                    Problems.unavailable("The cell is changing its owner; send it again.", COME_AGAIN));
            return;
        }
        request.pause();
        RequestOptions target = new RequestOptions()
                .setMethod(request.method())
                .setAbsoluteURI(owner.get() + request.uri())
                .setHeaders(io.vertx.core.MultiMap.caseInsensitiveMultiMap()
                        .setAll(request.headers())
                        .remove("Host")
                        .set(PASSED_ON, "1"));
        client.request(target)
                .compose(passed -> passed.send(request))
                .onSuccess(answer -> {
                    HttpServerResponse response = request.response();
                    response.setStatusCode(answer.statusCode());
                    response.headers().setAll(answer.headers());
                    answer.pipeTo(response);
                })
                .onFailure(failure -> {
                    if (!request.response().ended() && !request.response().closed()) {
                        request.resume();
                        answer(
                                request.response(),
                                Problems.unavailable(
                                        "The cell's owner does not answer; whether the change was made can be seen by"
                                                + " reading it back, and an Idempotency-Key makes repeating harmless.",
                                        COME_AGAIN));
                    }
                });
    }

    private void answer(HttpServerResponse response, ProblemException problem) {
        try {
            String body = json.writeValueAsString(ProblemMappers.body(problem, TraceIds.next()));
            problem.retryAfter()
                    .ifPresent(pause -> response.putHeader("Retry-After", Long.toString(pause.toSeconds())));
            response.setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .end(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem cannot be written", e);
        }
    }
}
