package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** A cell for example tests, with a clock and the words in which examples are told. */
final class TestCell {

    final Database database = new Database();
    CellState state = CellState.empty(Fixtures.SETTINGS);
    Instant now = Fixtures.START;
    private final Scheduler scheduler;

    TestCell(PoolPolicy... policies) {
        List<PoolPolicy> all = new ArrayList<>(List.of(new ReactivePolicy(), new FixedKeepAlivePolicy()));
        all.addAll(Arrays.asList(policies));
        this.scheduler = new Scheduler(all);
    }

    Decision decide(Event event) {
        Decision decision = scheduler.decide(state, event, now);
        decision.changes().forEach(database::write);
        return decision;
    }

    TestCell after(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    Decision tick() {
        return decide(new Event.Tick());
    }

    TestCell offers(Offering... offerings) {
        Map<dev.warmfront.domain.ProviderId, List<Offering>> byProvider = new LinkedHashMap<>();
        for (Offering offering : offerings) {
            byProvider
                    .computeIfAbsent(offering.placement().provider(), key -> new ArrayList<>())
                    .add(offering);
        }
        byProvider.forEach((provider, offered) -> decide(new Event.OfferingsPut(provider, offered)));
        return this;
    }

    TestCell has(TenantProfile... tenants) {
        for (TenantProfile tenant : tenants) {
            decide(new Event.TenantPut(tenant));
        }
        return this;
    }

    TestCell runs(PoolSettings settings) {
        decide(new Event.PoolPut(null, settings));
        return this;
    }

    static PoolSettings keepAlive(Duration keepAlive, int most) {
        return new PoolSettings("fixed-keep-alive", keepAlive, null, Duration.ZERO, 0, most, PoolMode.ACTIVE);
    }

    Answer submit(TaskSpec... tasks) {
        return decide(new Event.TasksSubmitted(tasks[0].tenant(), List.of(tasks)))
                .answer();
    }

    /** The provider accepts every launch that is asked for. */
    void acceptLaunches() {
        for (Intent intent : List.copyOf(state.openIntents())) {
            if (intent.kind() == Intent.Kind.LAUNCH) {
                answer(intent, new ProviderOutcome.Accepted("m-" + intent.instance()));
            }
        }
    }

    void answer(Intent intent, ProviderOutcome outcome) {
        decide(new Event.IntentAnswered(intent.token(), outcome));
    }

    Intent openIntent(Intent.Kind kind) {
        List<Intent> open = state.openIntents().stream()
                .filter(intent -> intent.kind() == kind)
                .toList();
        assertThat(open).hasSize(1);
        return open.getFirst();
    }

    List<Intent> open(Intent.Kind kind) {
        return state.openIntents().stream()
                .filter(intent -> intent.kind() == kind)
                .toList();
    }

    /** Everything asked for comes up and loads what it should. */
    void bringUp() {
        acceptLaunches();
        bootUp();
        warmUp();
    }

    /** The agents on what is coming up call home. */
    void bootUp() {
        for (Instance instance : List.copyOf(state.instances())) {
            if (instance.state() == InstanceState.BOOTING || instance.state() == InstanceState.STARTING) {
                decide(new Event.AgentRegistered(instance.id()));
            }
        }
    }

    void warmUp() {
        for (Instance instance : List.copyOf(state.instances())) {
            if (instance.state() == InstanceState.WARMING) {
                TreeSet<EnvironmentKey> warm = new TreeSet<>(instance.warm());
                warm.addAll(instance.warming());
                decide(new Event.WarmUpFinished(instance.id(), Collections.unmodifiableSortedSet(warm), null));
            }
        }
    }

    Task task(String id) {
        return Objects.requireNonNull(database.tasks().get(new TaskId(id)), id);
    }

    TaskState stateOf(String id) {
        return task(id).state();
    }

    Instance onlyInstance() {
        assertThat(state.instances()).hasSize(1);
        return state.instances().iterator().next();
    }

    /** Whether some machine is in this state. */
    boolean has(InstanceState wanted) {
        return state.instances().stream().anyMatch(instance -> instance.state() == wanted);
    }

    Instance instanceOf(String task) {
        InstanceId id = Objects.requireNonNull(task(task).instance(), task);
        return Objects.requireNonNull(state.instance(id));
    }

    void starts(String id) {
        Task task = task(id);
        decide(new Event.AttemptStarted(Objects.requireNonNull(task.instance()), task.attemptId()));
    }

    void exits(String id, int code) {
        ends(id, new AttemptResult(AttemptResult.End.EXITED, code, "", AttemptResult.Usage.NONE));
    }

    void ends(String id, AttemptResult result) {
        Task task = task(id);
        decide(new Event.AttemptFinished(Objects.requireNonNull(task.instance()), task.attemptId(), result));
    }

    /** Tasks with an attempt now, of one tenant. */
    long held(String tenant) {
        return state.tasks().stream()
                .filter(task -> task.spec().tenant().value().equals(tenant) && task.state() == TaskState.ASSIGNED)
                .count();
    }
}
