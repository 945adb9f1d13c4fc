package dev.warmfront.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.NamedService;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What tasks have in common, under a name. */
@Singleton
public class DefinitionService extends NamedService<DefinitionRow, DefinitionView> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final Mutiny.SessionFactory sessions;
    private final DefinitionStore store;
    private final IdempotencyService idempotency;
    private final ObjectMapper json;

    DefinitionService(
            Mutiny.SessionFactory sessions,
            DefinitionStore store,
            TenantService tenants,
            IdempotencyService idempotency,
            ObjectMapper json) {
        super(sessions, store, tenants, idempotency);
        this.sessions = sessions;
        this.store = store;
        this.idempotency = idempotency;
        this.json = json;
    }

    Uni<Reply> create(TenantId tenant, DefinitionRequest request, @Nullable String key) {
        String name = request.name() == null ? "" : request.name();
        check(tenant, name, request);
        return create(
                tenant,
                key,
                "POST /v1/task-definitions",
                request,
                name,
                "PUT changes it",
                () -> new DefinitionRow(tenant.value(), name, idempotency.write(request), now()));
    }

    /** @param ifMatch the version that the caller has seen, or null to replace whatever is there */
    Uni<DefinitionView> replace(TenantId tenant, String name, DefinitionRequest request, @Nullable Long ifMatch) {
        if (request.name() != null && !request.name().equals(name)) {
            throw Problems.invalid("name", "the address says " + name);
        }
        check(tenant, name, request);
        return sessions.withTransaction(session -> store.require(tenant, name, session)
                        .invoke(row -> {
                            if (ifMatch != null && ifMatch != row.version) {
                                throw Problems.changedMeanwhile();
                            }
                            row.body = idempotency.write(request);
                            row.updatedAt = now();
                        })
                        .call(session::flush))
                .map(this::view);
    }

    /** The definitions of these names as what they give to tasks; one that is missing is a problem. */
    Uni<Map<String, TaskRequest>> defaults(TenantId tenant, Collection<String> names) {
        return rows(tenant, names).map(rows -> {
            Map<String, TaskRequest> defaults = new HashMap<>();
            rows.forEach(row -> defaults.put(row.name, read(row).task(row.name)));
            for (String name : names) {
                if (!defaults.containsKey(name)) {
                    throw Problems.invalid("definition", "there is no task definition " + name);
                }
            }
            return defaults;
        });
    }

    /** What a task of this definition would be must be possible, but for the command, which each task may bring. */
    private static void check(TenantId tenant, String name, DefinitionRequest request) {
        if (!NAME.matcher(name).matches()) {
            throw Problems.invalid("name", "1 to 128 letters, digits and . _ -, beginning with a letter or digit");
        }
        TaskSpecs specs = new TaskSpecs(tenant, TaskThings.ANY);
        TaskRequest task = request.task(name);
        TaskRequest probe = task.command() == null ? task.over(TaskRequest.of(List.of("true"))) : task;
        specs.make(probe, new TaskId("probe"), TaskSpecs.Place.ALONE, "");
        specs.throwErrors();
    }

    private DefinitionRequest read(DefinitionRow row) {
        try {
            return json.readValue(row.body, DefinitionRequest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("task definition " + row.name + " is unreadable", e);
        }
    }

    @Override
    protected DefinitionView view(DefinitionRow row) {
        DefinitionRequest body = read(row);
        return new DefinitionView(
                row.name,
                body.command(),
                body.variables(),
                body.environment(),
                body.resources(),
                body.priority(),
                body.timeoutSeconds(),
                body.retry(),
                body.traits(),
                body.datasets(),
                body.outputs(),
                body.services(),
                row.version,
                row.createdAt,
                row.updatedAt);
    }
}
