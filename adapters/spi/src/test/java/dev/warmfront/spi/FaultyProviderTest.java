package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultyProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t-1");

    private final FakeCloud cloud = new FakeCloud(3);
    private final ScriptedFaults script = new ScriptedFaults();
    private final ComputeProvider provider = new FaultyProvider(
            new ProviderId("fake"),
            new FakeProviderFactory(cloud, Set.of(Capability.STOP, Capability.EVENTS))
                    .create(new ProviderId("fake"), Map.of()),
            script);
    private final LaunchRequest request = new LaunchRequest(
            TOKEN,
            new InstanceTags("test", new CellId("default"), new InstanceId("i-1"), TOKEN),
            provider.offerings().getFirst(),
            URI.create("http://127.0.0.1:9"),
            "secret");

    @Test
    void isOutOfStockOnceWhenScripted() {
        script.then(ProviderCall.LAUNCH, new Fault.StockOut());
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.InsufficientCapacity("a", "fake.small"));
        assertThat(cloud.instances()).isEmpty();
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
    }

    @Test
    void throttlesWhenScriptedAndCountsTheCall() {
        script.then(ProviderCall.TERMINATE, new Fault.Throttle(Duration.ofSeconds(3)));
        provider.launch(request);
        assertThat(provider.terminate("fake-0", TOKEN)).isEqualTo(new ProviderOutcome.Throttled(Duration.ofSeconds(3)));
        assertThat(cloud.instances()).hasSize(1);
        assertThat(script.calls(ProviderCall.TERMINATE)).isEqualTo(1);
    }

    @Test
    void losesTheAnswerButHasDoneIt() {
        script.then(ProviderCall.LAUNCH, new Fault.DropAnswer());
        assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
        assertThat(cloud.instances()).hasSize(1);
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(cloud.instances()).hasSize(1);
    }

    @Test
    void losesTheRequestAndHasDoneNothing() {
        script.then(ProviderCall.LAUNCH, new Fault.DropRequest());
        assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
        assertThat(cloud.instances()).isEmpty();
    }

    @Test
    void aRequestThatComesTwiceIsDoneOnce() {
        script.then(ProviderCall.LAUNCH, new Fault.Duplicate());
        script.then(ProviderCall.STOP, new Fault.Duplicate());
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(provider.stop("fake-0", StandbyMode.STOPPED, TOKEN))
                .isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(cloud.instances()).hasSize(1);
    }

    @Test
    void takesItsTimeWhenScripted() {
        script.then(ProviderCall.DESCRIBE, new Fault.Delay(Duration.ofMillis(30)));
        long before = System.nanoTime();
        assertThat(provider.describe("test")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void findsAnInstanceInTheWrongStateWhenScripted() {
        script.then(ProviderCall.STOP, new Fault.WrongState());
        provider.launch(request);
        assertThat(provider.stop("fake-0", StandbyMode.STOPPED, TOKEN)).isInstanceOf(ProviderOutcome.Invalid.class);
        assertThat(provider.describe("test")).singleElement().satisfies(found -> assertThat(found.status())
                .isEqualTo(ProviderInstance.Status.RUNNING));
    }

    @Test
    void aListingThatIsThrottledOrLostIsAnExceptionSinceItHasNoOtherAnswer() {
        script.then(ProviderCall.DESCRIBE, new Fault.Throttle(Duration.ZERO), new Fault.DropAnswer())
                .then(ProviderCall.OFFERINGS, new Fault.DropRequest());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> provider.describe("test")).isInstanceOf(ProviderUnavailableException.class);
        }
        assertThatThrownBy(provider::offerings).isInstanceOf(ProviderUnavailableException.class);
        assertThat(provider.offerings()).hasSize(1);
    }

    @Test
    void strikesTheSameCallsWithTheSameSeed() {
        assertThat(struck(7)).isEqualTo(struck(7)).isNotEqualTo(struck(8));
        assertThat(struck(7)).filteredOn(Optional::isPresent).hasSizeBetween(200, 400);
    }

    private static List<Optional<Fault>> struck(long seed) {
        RandomFaults faults = new RandomFaults(seed, Map.of(new Fault.DropAnswer(), 10, new Fault.StockOut(), 20));
        List<Optional<Fault>> struck = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            struck.add(faults.next(ProviderCall.LAUNCH));
        }
        return struck;
    }

    @Test
    void refusesSharesOfMoreThanAllCalls() {
        assertThatThrownBy(() -> new RandomFaults(1, Map.of(new Fault.DropAnswer(), 60, new Fault.StockOut(), 60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("120 percent");
    }

    @Test
    void aGameDaySaysWhichSettingIsWrong() {
        FaultyProviderFactory factory = new FaultyProviderFactory();
        ProviderId id = new ProviderId("game");
        assertThatThrownBy(() -> factory.create(id, Map.of("of", "nothing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting of")
                .hasMessageContaining("nothing");
        assertThatThrownBy(() -> factory.create(id, Map.of("of", "nothing", "throttle-percent", "200")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("throttle-percent");
    }

    @Test
    void announcesThatAnInstanceIsTakenBack() throws Exception {
        List<ProviderEvent> told = new ArrayList<>();
        provider.launch(request);
        try (var _ = provider.events(told::add)) {
            cloud.interrupt("fake-0");
        }
        assertThat(told).containsExactly(new ProviderEvent.Interruption("fake-0"));
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(new FaultyProviderFactory());
    }
}
