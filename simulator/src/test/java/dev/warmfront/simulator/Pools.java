package dev.warmfront.simulator;

import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.Tier;
import dev.warmfront.scheduler.Cause;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pools as a policy sees them, and what it makes of them, for cases worked by hand. */
final class Pools {

    static final TenantId TENANT = new TenantId("tenant-0");
    private static final Offering OFFERING = ReplayOptions.DEFAULT.offering();
    private static final String IDLE = "idle-";

    private Pools() {}

    static Instant at(double seconds) {
        return Simulation.instantOf(Math.round(seconds * 1e6));
    }

    static TaskSpec task(String app) {
        return new TaskSpec(
                TENANT,
                new TaskId("task-" + app),
                null,
                app,
                app,
                Command.of("true"),
                Environment.GENERIC.id(),
                ReplayOptions.wholeMachine(),
                5,
                Duration.ofDays(1),
                RetryPolicy.NONE,
                List.of(),
                TaskTraits.NONE);
    }

    /** So many machines of each kind; idle ones are called idle-0 (used last, at the origin) and so on. */
    static PoolView of(int busy, int idle, int coming, int wants) {
        List<Instance> idles = new ArrayList<>();
        for (int i = 0; i < idle; i++) {
            idles.add(instance(IDLE + i, InstanceState.HOT, at(0)));
        }
        return of(busy, idles, coming, List.of(), wants);
    }

    static PoolView of(int busy, List<Instance> idle, int coming, List<Instance> standby, int wants) {
        return new PoolView(
                new PoolId(OFFERING.id(), IsolationDomain.SHARED),
                OFFERING,
                PoolSettings.DEFAULT,
                idle,
                some(busy, InstanceState.BUSY),
                some(coming, InstanceState.BOOTING),
                standby,
                List.of(),
                Collections.nCopies(wants, new PoolView.Want(new Cause(TENANT, new TaskId("t")), List.of())),
                Map.of());
    }

    private static List<Instance> some(int count, InstanceState state) {
        List<Instance> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(instance(state.name().toLowerCase(Locale.ROOT) + "-" + i, state, at(0)));
        }
        return all;
    }

    static Instance instance(String id, InstanceState state, Instant lastUsed) {
        return new Instance(
                new InstanceId(id),
                OFFERING,
                IsolationDomain.SHARED,
                state,
                lastUsed,
                "ref-" + id,
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                List.of(),
                null,
                Tier.COLD,
                at(0),
                lastUsed,
                1,
                null,
                at(0),
                at(0),
                Money.ZERO,
                at(0));
    }

    static long launches(List<Step> steps) {
        return steps.stream().filter(Step.Launch.class::isInstance).count();
    }

    /** Names of the machines that are ended, in order. */
    static List<String> ended(List<Step> steps) {
        return steps.stream()
                .filter(Step.Terminate.class::isInstance)
                .map(step -> ((Step.Terminate) step).instance().value())
                .toList();
    }

    /** Names of the machines that go to standby, in order. */
    static List<String> stopped(List<Step> steps) {
        return steps.stream()
                .filter(Step.Stop.class::isInstance)
                .map(step -> ((Step.Stop) step).instance().value())
                .toList();
    }
}
