package dev.warmfront.idempotency;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * An answer that can be given again.
 *
 * @param status HTTP status
 * @param body JSON
 */
public record Reply(int status, String body) {

    public Response response() {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }
}
