package dev.warmfront.dataset;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.NamedService;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Files that tasks may read, under names. A dataset is never changed: other content is another dataset. */
@Singleton
public class DatasetService extends NamedService<DatasetRow, DatasetView> {

    private static final int LONGEST_URL = 4_096;

    DatasetService(
            Mutiny.SessionFactory sessions, DatasetStore store, TenantService tenants, IdempotencyService idempotency) {
        super(sessions, store, tenants, idempotency);
    }

    Uni<Reply> create(TenantId tenant, DatasetRequest request, @Nullable String key) {
        TaskInput.Dataset wanted = dataset(request);
        return create(
                tenant,
                key,
                "POST /v1/datasets",
                request,
                wanted.name(),
                "other content is another dataset",
                () -> new DatasetRow(
                        tenant.value(),
                        wanted.name(),
                        wanted.url(),
                        wanted.blob().sha256(),
                        wanted.blob().bytes(),
                        now()));
    }

    /** Those of the names that exist. */
    public Uni<Map<String, TaskInput.Dataset>> named(TenantId tenant, Collection<String> names) {
        return rows(tenant, names).map(rows -> {
            Map<String, TaskInput.Dataset> found = new HashMap<>();
            rows.forEach(row ->
                    found.put(row.name, new TaskInput.Dataset(row.name, row.url, new Blob(row.sha256, row.bytes))));
            return found;
        });
    }

    @Override
    protected DatasetView view(DatasetRow row) {
        return DatasetView.of(row);
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
