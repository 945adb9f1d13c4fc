package dev.warmfront.agent;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CellUnavailableException;
import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where agents call in. */
@Path("/agent/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class AgentResource {

    private static final Logger LOG = Logger.getLogger(AgentResource.class);

    private static final Response UNAUTHORIZED =
            Response.status(Response.Status.UNAUTHORIZED).build();
    private static final Response GONE = Response.status(Response.Status.GONE).build();
    private static final Response COME_AGAIN = Response.status(Response.Status.SERVICE_UNAVAILABLE)
            .header(HttpHeaders.RETRY_AFTER, 1)
            .build();

    private final AgentHub hub;
    private final AgentTokens tokens;
    private final AgentArchive archive;
    private final AgentConfig config;
    private final CellInbox inbox;
    private final DataMetrics metrics;
    private final Relay relay;

    AgentResource(
            AgentHub hub,
            AgentTokens tokens,
            AgentArchive archive,
            AgentConfig config,
            CellInbox inbox,
            DataMetrics metrics,
            Relay relay) {
        this.relay = relay;
        this.metrics = metrics;
        this.hub = hub;
        this.tokens = tokens;
        this.archive = archive;
        this.config = config;
        this.inbox = inbox;
    }

    @POST
    @Path("/register")
    @Operation(hidden = true)
    public Uni<Response> register(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization, Wire.Registration message) {
        Optional<InstanceId> known = tokens.instance(authorization);
        InstanceId id;
        try {
            id = known.orElseGet(() -> new InstanceId(message.instance()));
        } catch (IllegalArgumentException notAName) {
            return Uni.createFrom().item(UNAUTHORIZED);
        }
        if (known.isEmpty() && !tokens.registers(id, authorization)) {
            return Uni.createFrom().item(UNAUTHORIZED);
        }
        return with(id, instance -> {
            if (known.isEmpty() && !awaitsRegistration(instance.state())) {
                return Uni.createFrom().item(UNAUTHORIZED);
            }
            return inbox.submit(new Event.AgentRegistered(id)).map(answer -> Response.ok(new Wire.Registered(
                            tokens.instanceToken(id),
                            pollPatience().toSeconds(),
                            config.sampleSeconds(),
                            config.logLimitBytes()))
                    .build());
        });
    }

    /** WARMING too: the answer to the first registration may have been lost. */
    private static boolean awaitsRegistration(InstanceState state) {
        return switch (state) {
            case REQUESTED, BOOTING, STARTING, WARMING -> true;
            case HOT, BUSY, DRAINING, STOPPING, STANDBY, LOST, TERMINATED, FAILED -> false;
        };
    }

    @POST
    @Path("/poll")
    @Operation(hidden = true)
    public Uni<Response> poll(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization, Wire.Poll message) {
        return authorized(authorization, (id, instance) -> resumed(id, instance, message)
                .chain(() -> told(id, message))
                .chain(() -> hub.desired(id, message.seen(), pollPatience()).map(desired -> desired.map(
                                answer -> Response.ok(answer).build())
                        .orElseGet(() -> hub.isActive() ? GONE : COME_AGAIN))));
    }

    /**
     * A poll says as much as a registration or a {@code warmed} report: an instance that was suspended speaks again without
     * either, and the report of one that loaded may have been lost. Both in one poll, for the next may be long in coming.
     */
    private Uni<?> resumed(InstanceId id, Instance instance, Wire.Poll message) {
        return instance.state() == InstanceState.STARTING
                ? inbox.submit(new Event.AgentRegistered(id)).chain(() -> hub.heard(id)
                        .<Uni<?>>map(registered -> warmed(id, registered, message))
                        .orElseGet(() -> Uni.createFrom().voidItem()))
                : warmed(id, instance, message);
    }

    private Uni<?> told(InstanceId id, Wire.Poll message) {
        return Optional.ofNullable(message.data())
                .flatMap(data -> hub.told(id, data, metrics))
                .<Uni<?>>map(view -> inbox.submit(new Event.AgentTold(id, view)))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<?> warmed(InstanceId id, Instance instance, Wire.Poll message) {
        List<String> warm = message.warm() == null ? List.of() : message.warm();
        boolean warmed = instance.state() == InstanceState.WARMING
                && hub.isCurrent(id, message.seen())
                && keys(warm).containsAll(instance.warming());
        return warmed
                ? inbox.submit(new Event.WarmUpFinished(id, keys(warm), null))
                : Uni.createFrom().voidItem();
    }

    @POST
    @Path("/report")
    @Operation(hidden = true)
    public Uni<Response> report(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization, Wire.Reports message) {
        return authorized(authorization, (id, instance) -> {
            List<Uni<Void>> taken = new ArrayList<>();
            for (Wire.Report report : message.reports()) {
                taken.add(take(id, report));
            }
            return taken.isEmpty()
                    ? Uni.createFrom().item(Response.ok("{}").build())
                    : Uni.join().all(taken).andCollectFailures().map(done -> Response.ok("{}")
                            .build());
        });
    }

    /** Subscribed to at once and in order, so that the inbox has the events in the agent's order. */
    private Uni<Void> take(InstanceId id, Wire.Report report) {
        return switch (report) {
            case Wire.Warmed(var warm, var failure) ->
                inbox.submit(new Event.WarmUpFinished(id, keys(warm == null ? List.of() : warm), failure))
                        .replaceWithVoid();
            case Wire.Started started ->
                inbox.submit(new Event.AttemptStarted(id, attempt(started.tenant(), started.task(), started.number())))
                        .replaceWithVoid();
            case Wire.Finished finished ->
                inbox.submit(new Event.AttemptFinished(
                                id, attempt(finished.tenant(), finished.task(), finished.number()), result(finished)))
                        .replaceWithVoid();
            case Wire.Samples samples -> {
                AttemptId attempt = attempt(samples.tenant(), samples.task(), samples.number());
                yield hub.runs(id, attempt)
                        ? archive.samples(attempt, samples.samples()).chain(() -> measured(id, attempt, samples))
                        : Uni.createFrom().voidItem();
            }
            case Wire.Interrupted(var notice, var by) -> {
                LOG.infof("the machine of %s will be taken away: %s %s", id, notice, by == null ? "soon" : by);
                yield inbox.submit(new Event.InterruptionNoticed(id)).replaceWithVoid();
            }
            case Wire.Unknown unknown -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> measured(InstanceId id, AttemptId attempt, Wire.Samples samples) {
        return hub.measured(id, attempt, samples.samples())
                .map(event -> inbox.submit(event).replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static AttemptResult result(Wire.Finished finished) {
        return new AttemptResult(
                finished.end(),
                finished.end() == AttemptResult.End.EXITED ? finished.exitCode() : null,
                finished.detail() == null ? "" : finished.detail(),
                finished.usage() == null ? AttemptResult.Usage.NONE : finished.usage(),
                outputs(finished.outputs()));
    }

    private static SortedMap<String, Blob> outputs(@Nullable Map<String, Wire.Left> told) {
        SortedMap<String, Blob> outputs = new TreeMap<>();
        if (told != null) {
            told.forEach((name, left) -> outputs.put(name, new Blob(left.sha256(), left.bytes())));
        }
        return outputs;
    }

    @PUT
    @Path("/logs/{tenant}/{task}/{number}/{stream: stdout|stderr}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Response> log(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization,
            @PathParam("tenant") String tenant,
            @PathParam("task") String task,
            @PathParam("number") int number,
            @PathParam("stream") String stream,
            @QueryParam("offset") @DefaultValue("0") long offset,
            byte[] bytes) {
        return authorized(authorization, (id, instance) -> {
            AttemptId attempt = attempt(tenant, task, number);
            if (!hub.runs(id, attempt)) {
                return Uni.createFrom()
                        .item(Response.status(Response.Status.NOT_FOUND).build());
            }
            if (offset < 0 || offset + bytes.length > config.logLimitBytes()) {
                return Uni.createFrom()
                        .item(Response.status(Response.Status.REQUEST_ENTITY_TOO_LARGE)
                                .build());
            }
            return archive.log(attempt, stream, offset, bytes)
                    .map(done -> Response.noContent().build());
        });
    }

    /** A piece of a file that lies with another agent; 404 where none that has it answers. */
    @GET
    @Path("/blobs/{tenant}/{sha256}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(hidden = true)
    public Uni<Response> blob(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization,
            @PathParam("tenant") String tenant,
            @PathParam("sha256") String sha256,
            @QueryParam("offset") @DefaultValue("0") long offset) {
        return authorized(authorization, (id, instance) -> {
            TenantId owner = new TenantId(tenant);
            if (!hub.mayRead(id, owner, sha256)) {
                return status(Response.Status.FORBIDDEN);
            }
            if (!relay.hasRoom()) {
                return Uni.createFrom().item(COME_AGAIN);
            }
            List<InstanceId> holders = hub.holders(id, owner, sha256);
            if (holders.isEmpty()) {
                return status(Response.Status.NOT_FOUND);
            }
            // Another one each time: the one that was asked may have it no more.
            InstanceId holder = holders.get(ThreadLocalRandom.current().nextInt(holders.size()));
            return relay.ask(holder, tenant, sha256, Math.max(0, offset), () -> hub.ring(holder))
                    .map(piece -> piece.map(
                                    bytes -> Response.ok(bytes.getBytes()).build())
                            .orElseGet(() ->
                                    Response.status(Response.Status.NOT_FOUND).build()));
        });
    }

    @PUT
    @Path("/pieces/{piece}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Response> piece(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @DefaultValue("") String authorization,
            @PathParam("piece") String piece,
            byte[] bytes) {
        return authorized(
                authorization,
                (id, instance) -> relay.arrived(id, piece, bytes)
                        ? Uni.createFrom().item(Response.noContent().build())
                        : status(Response.Status.NOT_FOUND));
    }

    private static Uni<Response> status(Response.Status status) {
        return Uni.createFrom().item(Response.status(status).build());
    }

    /** Does something for a live instance. */
    private interface ForInstance {
        Uni<Response> apply(InstanceId id, Instance instance);
    }

    private Uni<Response> authorized(String authorization, ForInstance action) {
        return tokens.instance(authorization)
                .map(id -> with(id, instance -> action.apply(id, instance)))
                .orElseGet(() -> Uni.createFrom().item(UNAUTHORIZED));
    }

    private Uni<Response> with(InstanceId id, java.util.function.Function<Instance, Uni<Response>> action) {
        if (!hub.isActive()) {
            return Uni.createFrom().item(COME_AGAIN);
        }
        Optional<Instance> instance = hub.heard(id);
        if (instance.isEmpty()) {
            return Uni.createFrom().item(hub.isActive() ? GONE : COME_AGAIN);
        }
        return action.apply(instance.get()).onFailure(AgentResource::isPassing).recoverWithItem(COME_AGAIN);
    }

    /** Failures that a repetition heals; the agent keeps its reports until then. */
    private static boolean isPassing(Throwable failure) {
        return !(failure instanceof IllegalArgumentException) || failure instanceof CellUnavailableException;
    }

    private Duration pollPatience() {
        return Duration.ofSeconds(Math.max(1, Math.min(20, config.lostAfter().toSeconds() / 3)));
    }

    private static AttemptId attempt(@Nullable String tenant, @Nullable String task, int number) {
        if (tenant == null || task == null) {
            throw new IllegalArgumentException("an attempt is named by tenant, task and number");
        }
        return new AttemptId(new TenantId(tenant), new TaskId(task), number);
    }

    private static SortedSet<EnvironmentKey> keys(List<String> texts) {
        SortedSet<EnvironmentKey> keys = new TreeSet<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            if (slash > 0) {
                keys.add(new EnvironmentKey(
                        new TenantId(text.substring(0, slash)), new EnvironmentId(text.substring(slash + 1))));
            }
        }
        return keys;
    }
}
