package dev.warmfront.scheduler;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.domain.WorkflowId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Values that many tests need. */
final class Fixtures {

    static final Instant START = Instant.parse("2026-03-01T06:00:00Z");
    static final long GIB = 1L << 30;

    static final CellSettings SETTINGS = new CellSettings(
            new CellId("c1"),
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            1_000_000,
            5);

    static final ProviderId PROVIDER = new ProviderId("near");
    static final ProviderId OTHER_PROVIDER = new ProviderId("far");

    /** Two cores, 4 GiB; can be suspended or stopped. */
    static final Offering SMALL = offering(PROVIDER, "small", Resources.of(2000, 4 * GIB), "0.05")
            .withStandby(Map.of(StandbyMode.STOPPED, rate("0.004"), StandbyMode.SUSPENDED, rate("0.0071")));

    /** Eight cores, 32 GiB; can be suspended or stopped. */
    static final Offering MEDIUM = offering(OTHER_PROVIDER, "medium", Resources.of(8000, 32 * GIB), "0.2137")
            .withStandby(Map.of(StandbyMode.STOPPED, rate("0.01"), StandbyMode.SUSPENDED, rate("0.0333")));

    /** The same as {@link #SMALL}, cheaper, until its provider takes it back. */
    static final Offering SMALL_SPOT =
            Offering.hotOnly(SMALL.placement(), SMALL.machineType(), PurchaseModel.SPOT, rate("0.02"));

    /** Two GPUs. */
    static final Offering GPU =
            offering(PROVIDER, "gpu", new Resources(8000, 64 * GIB, new TreeMap<>(Map.of("l4", 2000L))), "1.7");

    private Fixtures() {}

    static HourlyRate rate(String dollarsPerHour) {
        return HourlyRate.ofDollars(new BigDecimal(dollarsPerHour));
    }

    static Offering offering(ProviderId provider, String type, Resources capacity, String dollarsPerHour) {
        return Offering.hotOnly(
                new Placement(provider, "r1", "z1"),
                new MachineType(type, capacity),
                PurchaseModel.ON_DEMAND,
                rate(dollarsPerHour));
    }

    static TenantProfile tenant(String id, int weight, Isolation isolation) {
        return new TenantProfile(new TenantId(id), weight, isolation);
    }

    /** One whose tasks may only run there. */
    static TenantProfile limited(String id, Isolation isolation, String... placements) {
        MachineLimits limits = new MachineLimits(
                Stream.of(placements).map(PlacementPattern::new).toList(), MachineLimits.WHOLE_PPM);
        return limited(id, isolation, limits);
    }

    /** One that may have so much of its work, in millionths, on spot machines. */
    static TenantProfile limited(String id, Isolation isolation, int spotSharePpm) {
        return limited(id, isolation, new MachineLimits(List.of(), spotSharePpm));
    }

    private static TenantProfile limited(String id, Isolation isolation, MachineLimits limits) {
        return new TenantProfile(
                new TenantId(id), 1, isolation, new TenantSettings(null, Duration.ZERO, null, Objective.NONE, limits));
    }

    static Environment environment(String id) {
        return new Environment(new EnvironmentId(id), List.of("load", id), Collections.emptySortedMap());
    }

    static EnvironmentKey key(String tenant, String environment) {
        return new EnvironmentKey(new TenantId(tenant), new EnvironmentId(environment));
    }

    static Resources gpu(long cpuMillis, long gpuMillis) {
        return new Resources(cpuMillis, GIB, new TreeMap<>(Map.of("l4", gpuMillis)));
    }

    /** One core, one GiB, generic, priority 5, one try. */
    static TaskSpec task(String tenant, String id) {
        return task(tenant, id, Resources.of(1000, GIB));
    }

    static TaskSpec task(String tenant, String id, Resources request) {
        return new TaskSpec(
                new TenantId(tenant),
                new TaskId(id),
                null,
                "type",
                id,
                Command.of("true"),
                Environment.GENERIC.id(),
                request,
                5,
                Duration.ofHours(1),
                RetryPolicy.NONE,
                List.of(),
                TaskTraits.NONE);
    }

    static TaskSpec withPriority(TaskSpec spec, int priority) {
        return with(spec, spec.environment(), priority, spec.retry());
    }

    static TaskSpec withEnvironment(TaskSpec spec, String environment) {
        return with(spec, new EnvironmentId(environment), spec.priority(), spec.retry());
    }

    static TaskSpec withRetry(TaskSpec spec, int maxAttempts, Duration backoff) {
        return with(spec, spec.environment(), spec.priority(), new RetryPolicy(maxAttempts, backoff));
    }

    private static TaskSpec with(TaskSpec spec, EnvironmentId environment, int priority, RetryPolicy retry) {
        return new TaskSpec(
                spec.tenant(),
                spec.id(),
                spec.workflow(),
                spec.taskType(),
                spec.name(),
                spec.command(),
                environment,
                spec.request(),
                priority,
                spec.timeout(),
                retry,
                spec.parents(),
                TaskTraits.NONE);
    }

    static TaskSpec withData(TaskSpec spec, TaskData data) {
        return new TaskSpec(
                spec.tenant(),
                spec.id(),
                spec.workflow(),
                spec.taskType(),
                spec.name(),
                spec.command(),
                spec.environment(),
                spec.request(),
                spec.priority(),
                spec.timeout(),
                spec.retry(),
                spec.parents(),
                spec.traits(),
                data);
    }

    static TaskSpec ofType(TaskSpec spec, String type) {
        return new TaskSpec(
                spec.tenant(),
                spec.id(),
                spec.workflow(),
                type,
                spec.name(),
                spec.command(),
                spec.environment(),
                spec.request(),
                spec.priority(),
                spec.timeout(),
                spec.retry(),
                spec.parents(),
                spec.traits());
    }

    static TaskSpec inWorkflow(TaskSpec spec, String workflow, List<TaskId> parents) {
        return new TaskSpec(
                spec.tenant(),
                spec.id(),
                new WorkflowId(workflow),
                spec.taskType(),
                spec.name(),
                spec.command(),
                spec.environment(),
                spec.request(),
                spec.priority(),
                spec.timeout(),
                spec.retry(),
                parents,
                TaskTraits.NONE);
    }
}
