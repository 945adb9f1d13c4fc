package dev.warmfront.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that cannot be done, with what its sender is told. Made by {@link Problems}. */
public final class ProblemException extends RuntimeException {

    private final String slug;
    private final String title;
    private final int status;
    private final List<Problem.FieldError> errors;
    private final @Nullable Duration retryAfter;

    ProblemException(
            String slug,
            String title,
            int status,
            String detail,
            List<Problem.FieldError> errors,
            @Nullable Duration retryAfter) {
        // An expected answer, not a fault: nobody needs to know where in the code it was made.
        super(detail, null, false, false);
        this.slug = slug;
        this.title = title;
        this.status = status;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    String slug() {
        return slug;
    }

    String title() {
        return title;
    }

    public int status() {
        return status;
    }

    List<Problem.FieldError> errors() {
        return errors;
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
