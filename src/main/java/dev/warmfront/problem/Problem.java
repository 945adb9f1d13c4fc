package dev.warmfront.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import java.util.List;

/**
 * A problem as RFC 9457 has it.
 *
 * @param type stable name of the kind of problem
 * @param title the kind in a few words
 * @param status HTTP status
 * @param detail what is wrong with this request and what to do; names nothing of another tenant
 * @param errors what is wrong with which field
 * @param traceId where it is our fault the log has it too
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(URI type, String title, int status, String detail, List<FieldError> errors, String traceId) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * What is wrong with one field.
     *
     * @param field its path in the request's body
     */
    public record FieldError(String field, String message) {}
}
