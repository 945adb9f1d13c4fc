package dev.warmfront.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.warmfront.cell.CellUnavailableException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure that reaches HTTP becomes a problem here. */
public final class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final String TYPES = "https://warmfront.dev/problems/";

    @ServerExceptionMapper
    public Response problem(ProblemException problem) {
        return response(problem, TraceIds.next());
    }

    @ServerExceptionMapper
    public Response noKey(UnauthorizedException e) {
        return problem(Problems.unauthorized());
    }

    @ServerExceptionMapper
    public Response badKey(AuthenticationFailedException e) {
        return problem(Problems.unauthorized());
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e) {
        return problem(Problems.forbidden("This needs a key of another role."));
    }

    @ServerExceptionMapper
    public Response away(CellUnavailableException e) {
        return problem(Problems.unavailable(
                "Whether it was done is not known: " + e.getMessage()
                        + ". Send it again; with an Idempotency-Key nothing is done twice.",
                e.retryAfter()));
    }

    @ServerExceptionMapper
    public Response unreadable(JacksonException e) {
        return problem(malformed(e));
    }

    @ServerExceptionMapper
    public Response unreadable(MismatchedInputException e) {
        return problem(malformed(e));
    }

    private static ProblemException malformed(JacksonException e) {
        String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                Problems.malformed("Unknown field " + path + "; known are " + String.join(", ", names(unknown)) + ".");
            case ValueInstantiationException bad when bad.getCause() instanceof ProblemException problem -> problem;
            case ValueInstantiationException bad
            when bad.getCause() instanceof IllegalArgumentException cause ->
                Problems.invalid(path, Problems.or(cause.getMessage(), "impossible value"));
            case InvalidFormatException format ->
                Problems.malformed("Field " + path + ": \"" + shortened(String.valueOf(format.getValue()))
                        + "\" is not a " + format.getTargetType().getSimpleName() + ".");
            case StreamReadException broken ->
                Problems.malformed("The body is not JSON: " + shortened(broken.getOriginalMessage()) + " (line "
                        + broken.getLocation().getLineNr() + ", column "
                        + broken.getLocation().getColumnNr() + ").");
            case JsonMappingException mapping ->
                Problems.malformed((path.isEmpty() ? "The body" : "Field " + path) + " does not fit: "
                        + shortened(Problems.or(mapping.getOriginalMessage(), "another type is expected")) + ".");
            default -> Problems.malformed("The body is not readable JSON.");
        };
    }

    private static List<String> names(UnrecognizedPropertyException unknown) {
        return unknown.getKnownPropertyIds() == null
                ? List.of()
                : unknown.getKnownPropertyIds().stream()
                        .map(String::valueOf)
                        .sorted()
                        .toList();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static String shortened(String text) {
        // Class names in Jackson's words help nobody outside.
        String plain = text.replaceAll("`[a-z]+\\.[A-Za-z.$\\[\\]<>]*?([A-Za-z]+)`", "$1")
                .replaceAll("[\\p{Cntrl}]+", " ");
        return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e) {
        if (e.getCause() instanceof JacksonException json) {
            return problem(malformed(json));
        }
        int status = e.getResponse().getStatus();
        return switch (status) {
            case 400 ->
                problem(Problems.malformed("The request cannot be read; see the API's description at /openapi."));
            case 401 -> problem(Problems.unauthorized());
            case 404 -> problem(Problems.notFound("Nothing is at this address; see /q/swagger-ui."));
            case 405 -> problem(Problems.other(405, "This address does not know this method; see /q/swagger-ui."));
            case 413 -> problem(Problems.tooLarge("The body is too large."));
            case 415 -> problem(Problems.other(415, "Send Content-Type: application/json."));
            default -> status < 500 ? problem(Problems.other(status, "The request cannot be served.")) : failure(e);
        };
    }

    @ServerExceptionMapper
    public Response failure(Throwable e) {
        String trace = TraceIds.next();
        LOG.errorf(e, "request failed, trace %s", trace);
        return response(
                new ProblemException(
                        "internal-error",
                        "This is our fault",
                        500,
                        "Tell the operator the trace id; whether the change was made can be seen by reading it back.",
                        List.of(),
                        null),
                trace);
    }

    static Problem body(ProblemException problem, String trace) {
        return new Problem(
                URI.create(TYPES + problem.slug()),
                problem.title(),
                problem.status(),
                problem.detail(),
                problem.errors(),
                trace);
    }

    private static Response response(ProblemException problem, String trace) {
        Response.ResponseBuilder builder =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(body(problem, trace));
        problem.retryAfter()
                .ifPresent(pause -> builder.header(HttpHeaders.RETRY_AFTER, Math.max(1, pause.toSeconds())));
        if (problem.status() == 401) {
            builder.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return builder.build();
    }
}
