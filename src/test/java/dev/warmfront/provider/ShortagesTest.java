package dev.warmfront.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.FakeCloud;
import dev.warmfront.spi.FakeProviderFactory;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShortagesTest {

    private static final OfferingId OFFERING = new OfferingId("aws/r/z/t/on-demand");
    private static final ProviderOutcome NONE = new ProviderOutcome.InsufficientCapacity("z", "t");

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Shortages shortages = new Shortages(clock::get);

    @Test
    void knowsTheAnswerForWhatWasAskedBefore() {
        long before = shortages.now();
        clock.addAndGet(10);
        shortages.answered(OFFERING, NONE);
        assertThat(shortages.since(OFFERING, before)).contains(NONE);
        assertThat(shortages.since(OFFERING, shortages.now())).isEmpty();
        assertThat(shortages.since(new OfferingId("aws/r/y/t/on-demand"), before))
                .isEmpty();
    }

    @Test
    void forgetsItWhenALaunchIsAccepted() {
        long before = shortages.now();
        clock.addAndGet(10);
        shortages.answered(OFFERING, new ProviderOutcome.QuotaExceeded("vcpus"));
        shortages.answered(OFFERING, new ProviderOutcome.Invalid("no such image"));
        assertThat(shortages.since(OFFERING, before)).isPresent();
        shortages.answered(OFFERING, new ProviderOutcome.Accepted("i-1"));
        assertThat(shortages.since(OFFERING, before)).isEmpty();
    }

    @Test
    void aLaunchThatWaitsForTheBudgetIsNotMadeWhenItsAnswerIsKnown() throws InterruptedException {
        FakeCloud cloud = new FakeCloud(5);
        var fake = new FakeProviderFactory(cloud, Set.of()).create(new ProviderId("fake"), Map.of());
        RateLimitedProvider rationed = new RateLimitedProvider(fake, 1, 1);
        IntentToken token = new IntentToken("t-1");
        LaunchRequest request = new LaunchRequest(
                token,
                new InstanceTags("test", new CellId("default"), new InstanceId("i-1"), token),
                fake.offerings().getFirst(),
                URI.create("http://127.0.0.1:9"),
                "secret");
        assertThat(rationed.launchUnless(request, Optional::empty)).isInstanceOf(ProviderOutcome.Accepted.class);
        AtomicInteger asked = new AtomicInteger();
        assertThat(rationed.launchUnless(
                        request, () -> asked.incrementAndGet() < 3 ? Optional.empty() : Optional.of(NONE)))
                .isEqualTo(NONE);
        assertThat(cloud.instances()).hasSize(1);
    }
}
