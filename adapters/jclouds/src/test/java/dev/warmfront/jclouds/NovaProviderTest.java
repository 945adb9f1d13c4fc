package dev.warmfront.jclouds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderUnavailableException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract does not ask: what Nova leaves behind, pages, prices, and what jclouds does by itself. */
class NovaProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t");

    private final NovaProject project;

    NovaProviderTest() throws IOException {
        project = new NovaProject();
    }

    @AfterEach
    void close() {
        project.close();
    }

    @Test
    void offersEachFlavorInEachZoneAtTheSettingsPrice() {
        project.with("machine-types", "m1.small:0.05,g1.large:1.2:L4=2").with("zones", "nova,west");
        try (NovaProvider provider = project.open()) {
            List<Offering> offerings = provider.offerings();
            assertThat(offerings)
                    .extracting(offering -> offering.id().value())
                    .containsExactly(
                            "openstack/RegionOne/nova/m1.small/on-demand",
                            "openstack/RegionOne/nova/g1.large/on-demand",
                            "openstack/RegionOne/west/m1.small/on-demand",
                            "openstack/RegionOne/west/g1.large/on-demand");
            Offering small = offerings.getFirst();
            assertThat(small.hotRate().nanosPerHour()).isEqualTo(50_000_000);
            assertThat(small.machineType().capacity().cpuMillis()).isEqualTo(1_000);
            assertThat(small.machineType().capacity().memoryBytes()).isEqualTo(2_048L << 20);
            assertThat(small.standbyRates()).containsOnlyKeys(StandbyMode.STOPPED, StandbyMode.SUSPENDED);
            Offering gpus = offerings.get(1);
            assertThat(gpus.machineType().capacity().gpuMillis()).containsEntry("L4", 2_000L);
            assertThat(gpus.standbyRates()).containsOnlyKeys(StandbyMode.STOPPED);
        }
    }

    @Test
    void deletesWhatFoundNoHost() {
        project.nova.world.capacity(NovaProject.FLAVOR, 0);
        try (NovaProvider provider = project.open()) {
            LaunchRequest request = request(provider, "t-1");
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThat(provider.launch(request)).isInstanceOf(ProviderOutcome.InsufficientCapacity.class);
            }
            leavesNothing();
        }
    }

    @Test
    void deletesWhatFailedLaterWhenItIsDescribed() {
        try (NovaProvider provider = project.open()) {
            String ref = accepted(provider.launch(request(provider, "t-1")));
            project.nova.world.fail(ref);
            assertThat(provider.describe(NovaProject.INSTALLATION)).isEmpty();
            leavesNothing();
        }
    }

    @Test
    void leavesTheFailedServersOfOthersAlone() {
        try (NovaProvider provider = project.open()) {
            String ref = accepted(provider.launch(request(provider, "t-1")));
            project.nova.world.fail(ref);
            assertThat(provider.describe("another")).isEmpty();
            assertThat(project.nova.world.get(ref).task()).isEmpty();
        }
    }

    /** A request that arrives late, after another control plane has looked and launched. */
    @Test
    void keepsTheOldestOfTwins() {
        try (NovaProvider provider = project.open()) {
            LaunchRequest request = request(provider, "t-1");
            String ref = accepted(provider.launch(request));
            NovaWorld.Shown first = project.nova.world.get(ref);
            String twin = project.nova.world.create(
                    first.name(), first.flavor(), NovaWorld.IMAGE, NovaWorld.ZONE, first.metadata());
            String kept = accepted(provider.launch(request));
            assertThat(kept).isIn(ref, twin);
            assertThat(provider.describe(NovaProject.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactly(kept);
            assertThat(accepted(provider.launch(request))).isEqualTo(kept);
        }
    }

    @Test
    void findsWhatWasCreatedWithoutAnAnswer() {
        try (NovaProvider provider = project.open()) {
            project.nova.dropAnswers("create", 2);
            String ref = accepted(provider.launch(request(provider, "t-1")));
            assertThat(provider.describe(NovaProject.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactly(ref);
        }
    }

    @Test
    void listsAllPages() {
        try (NovaProvider provider = project.open()) {
            Set<String> refs = new HashSet<>();
            for (int i = 0; i < 2 * NovaProject.PACE.pageSize() + 1; i++) {
                refs.add(accepted(provider.launch(request(provider, "t-" + i))));
            }
            assertThat(provider.describe(NovaProject.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactlyInAnyOrderElementsOf(refs);
        }
    }

    @Test
    void getsANewTokenWhenTheOldOneHasExpired() {
        try (NovaProvider provider = project.open()) {
            String ref = accepted(provider.launch(request(provider, "t-1")));
            project.nova.expireTokens();
            assertThat(accepted(provider.terminate(ref, TOKEN))).isEqualTo(ref);
        }
    }

    @Test
    void refusesToStopWhatIsSuspended() {
        try (NovaProvider provider = project.open()) {
            String ref = accepted(provider.launch(request(provider, "t-1")));
            accepted(provider.stop(ref, StandbyMode.SUSPENDED, TOKEN));
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isInstanceOf(ProviderOutcome.Invalid.class);
        }
    }

    @Test
    void saysWhatNovaSaysWhenItErrs() {
        try (NovaProvider provider = project.open()) {
            LaunchRequest request = request(provider, "t-1");
            project.nova.refuse("list", new NovaRefusal(500, "computeFault", "Unexpected API Error."));
            assertThatThrownBy(() -> provider.launch(request))
                    .isInstanceOfSatisfying(ProviderUnavailableException.class, trouble -> {
                        assertThat(trouble).hasMessageContaining("Unexpected API Error");
                        assertThat(trouble.retryable()).isTrue();
                    });
        }
    }

    private static LaunchRequest request(NovaProvider provider, String token) {
        return Launches.of(NovaProject.INSTALLATION, provider.offerings().getFirst(), token);
    }

    private static String accepted(ProviderOutcome outcome) {
        assertThat(outcome).isInstanceOf(ProviderOutcome.Accepted.class);
        return ((ProviderOutcome.Accepted) outcome).ref();
    }

    /** What is not deleted yet has been told to. */
    private void leavesNothing() {
        assertThat(project.nova.world.servers())
                .allMatch(server -> server.task().equals("deleting"));
    }
}
