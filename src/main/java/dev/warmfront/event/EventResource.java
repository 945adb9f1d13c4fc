package dev.warmfront.event;

import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Changes as they happen. */
@Path("/v1/events")
@Tag(name = "event")
public class EventResource {

    private static final Duration QUIET = Duration.ofSeconds(15);

    private final EventService events;
    private final Caller caller;

    EventResource(EventService events, Caller caller) {
        this.events = events;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed("tenant-reader")
    @Operation(
            summary = "The tenant's tasks as they move on, as server-sent events",
            description =
                    "Begins now; list the tasks after connecting to have what was before. A comment every 15 s shows"
                            + " that the stream is alive.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = EventView.class)))
    public Multi<OutboundSseEvent> events(@Context Sse sse) {
        Multi<OutboundSseEvent> tasks = events.of(caller.tenant()).map(view -> sse.newEventBuilder()
                .name("task")
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(EventView.class, view)
                .build());
        Multi<OutboundSseEvent> alive = Multi.createFrom()
                .ticks()
                .every(QUIET)
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("alive").build());
        // The ticks alone never end: the stream ends with its tasks.
        return Multi.createBy()
                .merging()
                .streams(tasks.onCompletion().failWith(EndOfStream::new), alive)
                .onFailure(EndOfStream.class)
                .recoverWithCompletion();
    }

    private static final class EndOfStream extends RuntimeException {
        EndOfStream() {
            super("the stream ended", null, false, false);
        }
    }
}
