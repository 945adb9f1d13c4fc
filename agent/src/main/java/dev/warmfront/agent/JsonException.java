package dev.warmfront.agent;

/** The text is not JSON within our limits, or not the JSON that was expected. Its message may be logged. */
final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
