package dev.warmfront.learning;

import dev.warmfront.cell.CellConfig;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.RunShape;
import dev.warmfront.forecast.SeriesKey;
import dev.warmfront.forecast.Signature;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is expected of a tenant's tasks. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("tenant-reader")
@Tag(name = "forecast")
public class LearningResource {

    private static final List<Duration> LEADS = List.of(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofHours(24));
    private static final int MOST_PROFILES = 500;

    private final Learner learner;
    private final UnfinishedTasks unfinished;
    private final CellConfig cell;
    private final Caller caller;

    LearningResource(Learner learner, UnfinishedTasks unfinished, CellConfig cell, Caller caller) {
        this.learner = learner;
        this.unfinished = unfinished;
        this.cell = cell;
        this.caller = caller;
    }

    /** What follows what. */
    @GET
    @Path("/task-graph")
    public Uni<GraphView> graph() {
        TenantId tenant = caller.tenant();
        return learner.ask(learned ->
                learned.tenant(tenant).map(known -> GraphView.of(known.graph())).orElse(GraphView.EMPTY));
    }

    /** What will follow one task: one that has not ended, by its id, or any, by its type. */
    @GET
    @Path("/task-graph/next")
    public Uni<GraphView.NextView> next(
            @QueryParam("task") @Nullable String task,
            @QueryParam("taskType") @Nullable String taskType,
            @QueryParam("after") @Nullable String after,
            @QueryParam("inputBytes") @Nullable Long inputBytes) {
        TenantId tenant = caller.tenant();
        if ((task == null) == (taskType == null)) {
            throw Problems.malformed("Of which task? Give ?task=ID of one that has not ended, or ?taskType=TYPE.");
        }
        return learner.ask(learned -> {
            TenantLearned known =
                    learned.tenant(tenant).orElseThrow(() -> Problems.notFound("No task of this tenant was seen yet."));
            TenantLearned.Context context = taskType == null
                    ? known.context(String.valueOf(task))
                            .orElseThrow(() -> Problems.notFound("There is no such task that has not ended."))
                    : new TenantLearned.Context(
                            after == null ? "" : after,
                            taskType,
                            Signature.sizeBucket(sizeOf(inputBytes)),
                            RunShape.NONE);
            return GraphView.NextView.of(known.graph(), context);
        });
    }

    private static long sizeOf(@Nullable Long inputBytes) {
        if (inputBytes != null && inputBytes < 0) {
            throw Problems.malformed("inputBytes must be 0 or more.");
        }
        return inputBytes == null ? Signature.SIZE_UNKNOWN : inputBytes;
    }

    /** How many tasks will be submitted; the tenant's in all where no type is named. */
    @GET
    @Path("/forecast")
    public Uni<ForecastView> forecast(
            @QueryParam("taskType") @Nullable String taskType, @QueryParam("leadSeconds") List<Long> leadSeconds) {
        TenantId tenant = caller.tenant();
        List<Duration> leads = leads(leadSeconds);
        String type = taskType == null ? "" : taskType;
        return learner.ask(learned -> ForecastView.of(learned, SeriesKey.of(Learned.CELL, tenant, type), leads));
    }

    private static List<Duration> leads(List<Long> seconds) {
        List<Duration> leads = new ArrayList<>();
        for (Long lead : seconds) {
            if (lead == null || lead < 1 || lead > Duration.ofDays(1).toSeconds()) {
                throw Problems.malformed("leadSeconds must be 1 to 86400.");
            }
            leads.add(Duration.ofSeconds(lead));
        }
        return leads.isEmpty() ? LEADS : leads;
    }

    /** The same of all tenants together. */
    @GET
    @Path("/forecast/cell")
    @RolesAllowed("operator")
    public Uni<ForecastView> cell(@QueryParam("leadSeconds") List<Long> leadSeconds) {
        List<Duration> leads = leads(leadSeconds);
        return learner.ask(learned -> ForecastView.of(learned, new SeriesKey(Learned.CELL, "", ""), leads));
    }

    /** How many tasks will be wanted at once: those that still run, those that follow them, those that come. */
    @GET
    @Path("/forecast/demand")
    public Uni<DemandView> demand(@QueryParam("leadSeconds") List<Long> leadSeconds) {
        TenantId tenant = caller.tenant();
        List<Duration> leads = leads(leadSeconds);
        return unfinished
                .ofTenant(tenant, cell.id())
                .chain(tasks -> learner.ask(learned -> {
                    Instant now = Instant.now();
                    return new DemandView(leads.stream()
                            .map(lead -> DemandView.LeadView.of(
                                    lead.toSeconds(), Predicted.demand(learned, tenant, tasks, now, lead)))
                            .toList());
                }));
    }

    /** How well the tenant's submissions were forecast. */
    @GET
    @Path("/forecast/accuracy")
    public Uni<AccuracyView> accuracy() {
        TenantId tenant = caller.tenant();
        return learner.ask(
                learned -> AccuracyView.of(learned.accuracy().of(new SeriesKey(Learned.CELL, tenant.value(), ""))));
    }

    /** What tasks need: each type's profile, or with a type named, its own and those of its signatures. */
    @GET
    @Path("/profiles")
    public Uni<Page<ProfileView>> profiles(
            @QueryParam("taskType") @Nullable String taskType, @QueryParam("inputBytes") @Nullable Long inputBytes) {
        TenantId tenant = caller.tenant();
        Long bytes = sizeOf(inputBytes) < 0 ? null : inputBytes;
        return learner.ask(learned -> {
            List<ProfileView> views = new ArrayList<>();
            learned.tenant(tenant).ifPresent(known -> {
                known.types().forEach((type, profile) -> {
                    if (taskType == null || taskType.equals(type)) {
                        views.add(ProfileView.of(null, profile, bytes));
                    }
                });
                if (taskType != null) {
                    known.signatures(taskType)
                            .forEach((signature, profile) -> views.add(ProfileView.of(signature, profile, bytes)));
                }
            });
            return Page.whole(views.size() > MOST_PROFILES ? views.subList(0, MOST_PROFILES) : views);
        });
    }
}
