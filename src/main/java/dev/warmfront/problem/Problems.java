package dev.warmfront.problem;

import dev.warmfront.scheduler.Answer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalogue of problems. */
public final class Problems {

    private Problems() {}

    /** The request cannot be read: JSON, a parameter, a cursor. */
    public static ProblemException malformed(String detail) {
        return problem("malformed-request", "The request cannot be read", 400, detail);
    }

    /** A field's value is not possible. */
    public static ProblemException invalid(String field, String message) {
        return invalid(List.of(new Problem.FieldError(field, message)));
    }

    /** Fields' values are not possible. */
    public static ProblemException invalid(List<Problem.FieldError> errors) {
        String detail =
                errors.isEmpty() ? "a field has an impossible value" : describe(errors.getFirst(), errors.size());
        return new ProblemException("invalid-field", "A field has an impossible value", 422, detail, errors, null);
    }

    private static String describe(Problem.FieldError first, int count) {
        return first.field() + ": " + first.message() + (count > 1 ? " (and " + (count - 1) + " more)" : "");
    }

    public static ProblemException unauthorized() {
        return problem(
                "unauthorized", "The key is missing or not valid", 401, "Send a valid key: Authorization: Bearer wf_…");
    }

    public static ProblemException forbidden(String detail) {
        return problem("forbidden", "The key does not permit this", 403, detail);
    }

    /** It does not exist, or is somebody else's: the answer does not tell which. */
    public static ProblemException notFound(String what) {
        return problem("not-found", "There is no such thing", 404, what);
    }

    public static ProblemException conflict(String detail) {
        return problem("conflict", "It contradicts what is there", 409, detail);
    }

    /** An {@code If-Match} that does not hold. */
    public static ProblemException changedMeanwhile() {
        return problem(
                "changed-meanwhile", "It was changed meanwhile", 412, "Read it again, and send its ETag in If-Match.");
    }

    public static ProblemException tooLarge(String detail) {
        return problem("too-large", "The request is too large", 413, detail);
    }

    public static ProblemException tooMany(Duration retryAfter) {
        return new ProblemException(
                "too-many-requests",
                "Too many requests",
                429,
                "The rate limit of this key is reached; come again after Retry-After.",
                List.of(),
                retryAfter);
    }

    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return new ProblemException("unavailable", "Not available at the moment", 503, detail, List.of(), retryAfter);
    }

    /** Anything else that HTTP has a status for. */
    static ProblemException other(int status, String detail) {
        return problem("http-" + status, "The request cannot be served", status, detail);
    }

    /** What the cell refused, in words for its sender. */
    public static ProblemException refused(Answer.Refused refused) {
        return switch (refused.refusal()) {
            case UNKNOWN_TENANT, UNKNOWN_TASK, UNKNOWN_WORKFLOW, UNKNOWN_INSTANCE -> notFound(refused.detail());
            case UNKNOWN_ENVIRONMENT ->
                new ProblemException(
                        "unknown-environment",
                        "There is no such environment",
                        422,
                        refused.detail(),
                        List.of(new Problem.FieldError("environment", refused.detail())),
                        null);
            case ALREADY_FINAL -> problem("already-final", "It has already ended", 409, refused.detail());
            case NEVER_FITS ->
                new ProblemException(
                        "never-fits",
                        "No machine is large enough",
                        422,
                        refused.detail(),
                        List.of(new Problem.FieldError("resources", refused.detail())),
                        null);
            case INVALID_WORKFLOW ->
                new ProblemException(
                        "invalid-workflow",
                        "The workflow is not a DAG",
                        422,
                        refused.detail(),
                        List.of(new Problem.FieldError("tasks", refused.detail())),
                        null);
            case UNKNOWN_POLICY -> invalid("policy", refused.detail());
            case IN_USE -> problem("in-use", "It is in use", 409, refused.detail());
            case OVERLOADED ->
                new ProblemException(
                        "overloaded",
                        "The cell has as much work as it takes",
                        429,
                        refused.detail(),
                        List.of(),
                        Duration.ofSeconds(5));
        };
    }

    private static ProblemException problem(String slug, String title, int status, String detail) {
        return new ProblemException(slug, title, status, detail, List.of(), null);
    }

    /** The text, or a fallback. */
    static String or(@Nullable String text, String fallback) {
        return text == null || text.isBlank() ? fallback : text;
    }
}
