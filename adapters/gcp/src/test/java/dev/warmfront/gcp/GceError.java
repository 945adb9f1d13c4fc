package dev.warmfront.gcp;

/** An error as Compute Engine answers a call. */
final class GceError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    final String reason;

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

    String json() {
        String message = String.valueOf(getMessage()).replace("\\", "\\\\").replace("\"", "\\\"");
        return "{\"error\":{\"code\":%d,\"message\":\"%s\",\"errors\":[{\"message\":\"%s\",\"domain\":\"global\",\"reason\":\"%s\"}]}}"
                .formatted(status, message, message, reason);
    }
}
