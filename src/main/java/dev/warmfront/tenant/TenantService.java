package dev.warmfront.tenant;

import static dev.warmfront.tenant.NamedService.now;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.warmfront.audit.AuditService;
import dev.warmfront.cell.CellConfig;
import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CellUnavailableException;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.provider.Providers;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Clients and their keys. */
@ApplicationScoped
public class TenantService {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LONGEST_NAME = 200;

    private final Mutiny.SessionFactory sessions;
    private final TenantStore store;
    private final KeyDirectory directory;
    private final AuditService audit;
    private final IdempotencyService idempotency;
    private final CellInbox inbox;
    private final CellConfig cell;
    private final Providers providers;

    TenantService(
            Mutiny.SessionFactory sessions,
            TenantStore store,
            KeyDirectory directory,
            AuditService audit,
            IdempotencyService idempotency,
            CellInbox inbox,
            CellConfig cell,
            Providers providers) {
        this.providers = providers;
        this.sessions = sessions;
        this.store = store;
        this.directory = directory;
        this.audit = audit;
        this.idempotency = idempotency;
        this.inbox = inbox;
        this.cell = cell;
    }

    /** The tenant, or a problem. */
    public Uni<TenantView> require(TenantId tenant) {
        return sessions.withSession(session -> store.require(tenant, session)).map(TenantRow::view);
    }

    Uni<List<TenantView>> list() {
        return sessions.withSession(session -> session.createQuery("from TenantRow order by tenantId", TenantRow.class)
                        .getResultList())
                .map(rows -> rows.stream().map(TenantRow::view).toList());
    }

    Uni<Reply> create(TenantRequest request, @Nullable String key, String actor) {
        TenantProfile profile = profile(request);
        String name = name(request.name() == null ? profile.id().value() : request.name());
        return idempotency
                .once(IdempotencyService.OPERATORS, key, "POST /v1/tenants", request, session -> session.find(
                                TenantRow.class, profile.id().value())
                        .invoke(there -> {
                            if (there != null) {
                                throw Problems.conflict("Tenant " + profile.id() + " is there already.");
                            }
                        })
                        .map(nobody -> new TenantRow(profile, cell.id(), name, now()))
                        .call(row -> session.persist(row))
                        .call(row -> audit.note(session, actor, "tenant-created", row.tenantId, describe(row)))
                        .map(row -> new Reply(201, idempotency.write(row.view()))))
                .call(() -> tell(profile));
    }

    Uni<TenantView> change(TenantId tenant, TenantChange change, String actor) {
        return sessions.withTransaction(session -> store.require(tenant, session)
                        .invoke(row -> {
                            TenantProfile changed = checked(
                                    tenant,
                                    change.weight() == null ? row.weight : change.weight(),
                                    change.isolation() == null ? row.isolation : change.isolation());
                            row.name = change.name() == null ? row.name : name(change.name());
                            row.weight = changed.weight();
                            row.isolation = changed.isolation();
                        })
                        .call(row -> audit.note(session, actor, "tenant-changed", row.tenantId, describe(row))))
                .call(row -> tell(row.profile()))
                .map(TenantRow::view);
    }

    Uni<SettingsView> settings(TenantId tenant) {
        return sessions.withSession(session -> store.require(tenant, session).chain(row -> viewed(row, session)));
    }

    Uni<SettingsView> replaceSettings(
            TenantId tenant, SettingsRequest request, @Nullable Long ifVersion, String actor) {
        TenantSettings settings = request.settings();
        return sessions.withTransaction(session -> store.require(tenant, session)
                        .invoke(row -> {
                            if (ifVersion != null && ifVersion != row.settingsVersion) {
                                throw Problems.changedMeanwhile();
                            }
                            checkNew(settings.machines(), row.settings().machines());
                            row.settings(settings);
                        })
                        .call(row -> audit.note(
                                session, actor, "tenant-settings-changed", row.tenantId, settings.toString())))
                .call(row -> tell(row.profile()))
                .chain(row -> sessions.withSession(session -> viewed(row, session)));
    }

    /** A name that means nothing would leave all tasks waiting: those that come later are named later. What was taken stays. */
    private void checkNew(MachineLimits wanted, MachineLimits before) {
        for (PlacementPattern pattern : wanted.placements()) {
            if (!before.placements().contains(pattern) && !providers.mayInclude(pattern)) {
                throw Problems.invalid("placements", "nothing is offered in " + pattern);
            }
        }
    }

    /** Which machines the tenant's tasks may run on. */
    public Uni<MachineLimits> machines(TenantId tenant) {
        return sessions.withSession(session -> store.require(tenant, session))
                .map(row -> row.settings().machines());
    }

    private Uni<SettingsView> viewed(TenantRow row, Mutiny.Session session) {
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        return store.spent(new TenantId(row.tenantId), month, session)
                .map(spent -> SettingsView.of(row.settings(), month, spent, row.settingsVersion));
    }

    private static String describe(TenantRow row) {
        return "weight " + row.weight + ", " + row.isolation;
    }

    /** The row is there, and a cell that is read again has it; one that is only busy is told in a moment. */
    private Uni<Answer> tell(TenantProfile profile) {
        return Uni.createFrom()
                .deferred(() -> inbox.submit(new Event.TenantPut(profile)))
                .onFailure(CellUnavailableException.class)
                .retry()
                .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .atMost(20);
    }

    private static TenantProfile profile(TenantRequest request) {
        String id = request.id();
        if (id == null || !ID.matcher(id).matches()) {
            throw Problems.invalid("id", "1 to 63 lower-case letters, digits and -, beginning with a letter or digit");
        }
        return checked(
                new TenantId(id),
                request.weight() == null ? 1 : request.weight(),
                request.isolation() == null ? Isolation.DEDICATED : request.isolation());
    }

    private static TenantProfile checked(TenantId id, int weight, Isolation isolation) {
        try {
            return new TenantProfile(id, weight, isolation);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("weight", String.valueOf(e.getMessage()));
        }
    }

    private static String name(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw Problems.invalid("name", "1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    // ---- keys

    /**
     * Makes a key. A repeated request is refused rather than answered again: its answer, with the secret in it, is not kept.
     */
    Uni<Reply> createKey(TenantId tenant, KeyRequest request, @Nullable String idempotencyKey, String actor) {
        Role role = Role.of(request.role() == null ? "" : request.role())
                .filter(known -> known != Role.OPERATOR)
                .orElseThrow(() -> Problems.invalid("role", "tenant-reader or tenant-writer"));
        String name = name(request.name() == null ? role.text() : request.name());
        String keyId = idempotencyKey == null
                ? "k-" + UuidCreator.getTimeOrderedEpoch()
                : "k-" + UuidCreator.getNameBasedSha1(tenant + " " + idempotencyKey);
        String key = ApiKeys.fresh();
        return sessions.withTransaction(session -> store.require(tenant, session)
                .chain(() -> session.find(ApiKeyRow.class, new ApiKeyRow.Key(tenant.value(), keyId)))
                .invoke(there -> {
                    if (there != null) {
                        throw Problems.conflict("This request has made key " + keyId
                                + ", which was shown once; revoke it and make another.");
                    }
                })
                .map(nobody -> new ApiKeyRow(tenant.value(), keyId, ApiKeys.hash(key), role, name, now()))
                .call(row -> session.persist(row))
                .call(row -> audit.note(session, actor, "key-created", tenant + "/" + keyId, role.text()))
                .map(row -> new Reply(
                        201,
                        idempotency.write(new ApiKeyView(keyId, key, role.text(), row.name, row.createdAt, null)))));
    }

    Uni<List<ApiKeyView>> keys(TenantId tenant) {
        return sessions.withSession(session -> store.require(tenant, session).chain(() -> store.keys(tenant, session)))
                .map(rows -> rows.stream().map(ApiKeyRow::view).toList());
    }

    Uni<Void> revoke(TenantId tenant, String keyId, String actor) {
        return sessions.withTransaction(session -> store.requireKey(tenant, keyId, session)
                        .invoke(row -> row.revokedAt = row.revokedAt == null ? now() : row.revokedAt)
                        .call(() -> audit.note(session, actor, "key-revoked", tenant + "/" + keyId, "")))
                .invoke(directory::forgetAll)
                .replaceWithVoid();
    }
}
