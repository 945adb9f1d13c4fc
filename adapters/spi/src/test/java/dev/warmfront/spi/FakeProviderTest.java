package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.FakeCloud.Call;
import dev.warmfront.spi.FakeCloud.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FakeProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t-1");

    private final FakeCloud cloud = new FakeCloud(3);
    private final FakeProvider provider = new FakeProviderFactory(cloud, Set.of(Capability.STOP, Capability.EVENTS))
            .create(new ProviderId("fake"), Map.of());
    private final LaunchRequest request = new LaunchRequest(
            TOKEN,
            new InstanceTags("test", new CellId("default"), new InstanceId("i-1"), TOKEN),
            provider.offerings().getFirst(),
            URI.create("http://127.0.0.1:9"),
            "secret");

    @Test
    void isOutOfStockOnceWhenScripted() {
        cloud.script(Call.LAUNCH, new Fault.StockOut());
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.InsufficientCapacity("a", "fake.small"));
        assertThat(cloud.instances()).isEmpty();
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
    }

    @Test
    void throttlesWhenScriptedAndCountsTheCall() {
        cloud.script(Call.TERMINATE, new Fault.Throttle(Duration.ofSeconds(3)));
        provider.launch(request);
        assertThat(provider.terminate("fake-0", TOKEN)).isEqualTo(new ProviderOutcome.Throttled(Duration.ofSeconds(3)));
        assertThat(cloud.instances()).hasSize(1);
        assertThat(cloud.calls(Call.TERMINATE)).isEqualTo(1);
    }

    @Test
    void losesTheAnswerButHasDoneIt() {
        cloud.script(Call.LAUNCH, new Fault.DropAnswer());
        assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
        assertThat(cloud.instances()).hasSize(1);
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(cloud.instances()).hasSize(1);
    }

    @Test
    void losesTheRequestAndHasDoneNothing() {
        cloud.script(Call.LAUNCH, new Fault.DropRequest());
        assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
        assertThat(cloud.instances()).isEmpty();
    }

    @Test
    void aRequestThatComesTwiceIsDoneOnce() {
        cloud.script(Call.LAUNCH, new Fault.Duplicate());
        cloud.script(Call.STOP, new Fault.Duplicate());
        assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(provider.stop("fake-0", StandbyMode.STOPPED, TOKEN))
                .isEqualTo(new ProviderOutcome.Accepted("fake-0"));
        assertThat(cloud.instances()).hasSize(1);
    }

    @Test
    void takesItsTimeWhenScripted() {
        cloud.script(Call.DESCRIBE, new Fault.Delay(Duration.ofMillis(30)));
        long before = System.nanoTime();
        assertThat(provider.describe("test")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
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
}
