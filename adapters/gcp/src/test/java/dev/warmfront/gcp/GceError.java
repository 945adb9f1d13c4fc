package dev.warmfront.gcp;

import dev.warmfront.spi.StandInServer.Answer;
import dev.warmfront.spi.StandInServer.Refusal;

/** An error as Compute Engine answers a call. */
final class GceError extends Refusal {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;

    GceError(int status, String reason, String message) {
        super(message);
        this.status = status;
        this.reason = reason;
    }

    static GceError notFound(String message) {
        return new GceError(404, "notFound", message);
    }

    static GceError invalid(String message) {
        return new GceError(400, "invalid", message);
    }

    @Override
    protected Answer answer() {
        String message = String.valueOf(getMessage()).replace("\\", "\\\\").replace("\"", "\\\"");
        String json =
                "{\"error\":{\"code\":%d,\"message\":\"%s\",\"errors\":[{\"message\":\"%s\",\"domain\":\"global\",\"reason\":\"%s\"}]}}"
                        .formatted(status, message, message, reason);
        return Answer.json(status, json);
    }
}
