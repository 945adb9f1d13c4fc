package dev.warmfront.environment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CellUnavailableException;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.tenant.NamedService;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What tenants want loaded. */
@Singleton
public class EnvironmentService extends NamedService<EnvironmentRow, EnvironmentView> {

    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<SortedMap<String, String>> VARIABLES = new TypeReference<>() {};
    private static final int LONGEST_COMMAND = 64 * 1024;

    private final Mutiny.SessionFactory sessions;
    private final EnvironmentStore store;
    private final IdempotencyService idempotency;
    private final CellInbox inbox;
    private final ObjectMapper json;

    EnvironmentService(
            Mutiny.SessionFactory sessions,
            EnvironmentStore store,
            TenantService tenants,
            IdempotencyService idempotency,
            CellInbox inbox,
            ObjectMapper json) {
        super(sessions, store, tenants, idempotency);
        this.sessions = sessions;
        this.store = store;
        this.idempotency = idempotency;
        this.inbox = inbox;
        this.json = json;
    }

    Uni<Reply> create(TenantId tenant, EnvironmentRequest request, @Nullable String key) {
        if (request.id() == null) {
            throw Problems.invalid("id", "is missing");
        }
        Environment wanted = environment(request.id(), request);
        return create(
                        tenant,
                        key,
                        "POST /v1/environments",
                        request,
                        wanted.id().value(),
                        "PUT changes it",
                        () -> row(tenant, wanted))
                .call(() -> tell(new Event.EnvironmentPut(tenant, wanted)));
    }

    /** @param ifMatch the version that the caller has seen, or null to replace whatever is there */
    Uni<EnvironmentView> replace(TenantId tenant, String id, EnvironmentRequest request, @Nullable Long ifMatch) {
        if (request.id() != null && !request.id().equals(id)) {
            throw Problems.invalid("id", "the address says " + id);
        }
        Environment wanted = environment(id, request);
        return sessions.withTransaction(session -> store.require(tenant, id, session)
                        .invoke(row -> {
                            if (ifMatch != null && ifMatch != row.version) {
                                throw Problems.changedMeanwhile();
                            }
                            row.warmUp = write(wanted.warmUp());
                            row.variables = write(wanted.variables());
                            row.updatedAt = now();
                        })
                        .call(session::flush))
                .call(() -> tell(new Event.EnvironmentPut(tenant, wanted)))
                .map(this::view);
    }

    /** The cell first: it knows whether a task needs it. */
    @Override
    public Uni<Void> delete(TenantId tenant, String id) {
        return sessions.withSession(session -> store.require(tenant, id, session))
                .chain(row -> tell(
                        new Event.EnvironmentRemoved(new EnvironmentKey(tenant, new EnvironmentId(row.environmentId)))))
                .invoke(answer -> {
                    if (answer instanceof Answer.Refused refused) {
                        throw Problems.refused(refused);
                    }
                })
                .chain(() -> sessions.withTransaction(
                        session -> store.require(tenant, id, session).chain(session::remove)));
    }

    private Uni<Answer> tell(Event event) {
        return Uni.createFrom()
                .deferred(() -> inbox.submit(event))
                .onFailure(CellUnavailableException.class)
                .retry()
                .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .atMost(20);
    }

    private static Environment environment(String id, EnvironmentRequest request) {
        List<String> warmUp = request.warmUp() == null ? List.of() : request.warmUp();
        Map<String, String> variables = request.variables() == null ? Map.of() : request.variables();
        if (id.equals(Environment.GENERIC.id().value())) {
            throw Problems.invalid("id", "generic is what every machine is, without a warm-up");
        }
        if (warmUp.stream().anyMatch(part -> part == null || part.indexOf('\0') >= 0)
                || warmUp.stream().mapToInt(String::length).sum() > LONGEST_COMMAND) {
            throw Problems.invalid(
                    "warmUp", "program and arguments, without NUL, " + LONGEST_COMMAND + " characters in all");
        }
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || variable.getValue() == null) {
                throw Problems.invalid("variables." + name, "a name without = and NUL, and a text");
            }
        }
        try {
            return new Environment(new EnvironmentId(id), warmUp, new TreeMap<>(variables));
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("id", String.valueOf(e.getMessage()));
        }
    }

    private EnvironmentRow row(TenantId tenant, Environment wanted) {
        return new EnvironmentRow(
                tenant.value(), wanted.id().value(), write(wanted.warmUp()), write(wanted.variables()), now());
    }

    @Override
    protected EnvironmentView view(EnvironmentRow row) {
        try {
            return new EnvironmentView(
                    row.environmentId,
                    json.readValue(row.warmUp, TEXTS),
                    json.readValue(row.variables, VARIABLES),
                    row.version,
                    row.createdAt,
                    row.updatedAt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("environment " + row.environmentId + " has unreadable columns", e);
        }
    }

    private String write(Object value) {
        return idempotency.write(value);
    }
}
