package dev.warmfront.dataset;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Files that tasks may read, under names. A dataset is never changed: other content is another dataset. */
@ApplicationScoped
public class DatasetService {

    private static final int LONGEST_URL = 4_096;

    private final Mutiny.SessionFactory sessions;
    private final DatasetStore store;
    private final TenantService tenants;
    private final IdempotencyService idempotency;

    DatasetService(
            Mutiny.SessionFactory sessions, DatasetStore store, TenantService tenants, IdempotencyService idempotency) {
        this.sessions = sessions;
        this.store = store;
        this.tenants = tenants;
        this.idempotency = idempotency;
    }

    Uni<Reply> create(TenantId tenant, DatasetRequest request, @Nullable String key) {
        TaskInput.Dataset wanted = dataset(request);
        return tenants.require(tenant)
                .chain(() -> idempotency.once(tenant, key, "POST /v1/datasets", request, session -> store.exists(
                                tenant, wanted.name(), session)
                        .invoke(there -> {
                            if (there) {
                                throw Problems.conflict("Dataset " + wanted.name()
                                        + " is there already; other content is another dataset.");
                            }
                        })
                        .map(nobody -> new DatasetRow(
                                tenant.value(),
                                wanted.name(),
                                wanted.url(),
                                wanted.blob().sha256(),
                                wanted.blob().bytes(),
                                Instant.now().truncatedTo(ChronoUnit.MICROS)))
                        .call(row -> session.persist(row).chain(session::flush))
                        .map(row -> new Reply(201, idempotency.write(DatasetView.of(row))))));
    }

    Uni<DatasetView> get(TenantId tenant, String name) {
        return sessions.withSession(session -> store.require(tenant, name, session))
                .map(DatasetView::of);
    }

    Uni<List<DatasetView>> list(TenantId tenant) {
        return sessions.withSession(session -> store.list(tenant, session))
                .map(rows -> rows.stream().map(DatasetView::of).toList());
    }

    /** Tasks that were submitted with it keep it. */
    Uni<Void> delete(TenantId tenant, String name) {
        return sessions.withTransaction(
                session -> store.require(tenant, name, session).chain(session::remove));
    }

    /** Those of the names that exist. */
    public Uni<Map<String, TaskInput.Dataset>> named(TenantId tenant, Collection<String> names) {
        if (names.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return sessions.withSession(session -> store.named(tenant, names, session))
                .map(rows -> {
                    Map<String, TaskInput.Dataset> found = new HashMap<>();
                    rows.forEach(row -> found.put(
                            row.name, new TaskInput.Dataset(row.name, row.url, new Blob(row.sha256, row.bytes))));
                    return found;
                });
    }

    private static TaskInput.Dataset dataset(DatasetRequest request) {
        if (request.bytes() == null) {
            throw Problems.invalid("bytes", "is missing");
        }
        Blob blob;
        try {
            String sha256 = request.sha256() == null ? "" : request.sha256();
            blob = new Blob(sha256.toLowerCase(Locale.ROOT), request.bytes());
        } catch (IllegalArgumentException e) {
            throw Problems.invalid(request.bytes() < 0 ? "bytes" : "sha256", String.valueOf(e.getMessage()));
        }
        String url = request.url() == null ? "" : request.url();
        checkUrl(url);
        try {
            return new TaskInput.Dataset(request.name() == null ? "" : request.name(), url, blob);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("name", String.valueOf(e.getMessage()));
        }
    }

    private static void checkUrl(String url) {
        try {
            URI uri = new URI(url);
            boolean web = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
            boolean file = "file".equals(uri.getScheme())
                    && uri.getAuthority() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/");
            if ((web || file) && url.length() <= LONGEST_URL) {
                return;
            }
        } catch (URISyntaxException malformed) {
            // Answered like any other that is none.
        }
        throw Problems.invalid("url", "an http, https or file URL of at most " + LONGEST_URL + " characters");
    }
}
