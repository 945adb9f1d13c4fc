package dev.warmfront.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Items;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderUnavailableException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GcpProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t");
    private static final String FIRST = GceWorld.ZONES.getFirst();
    private static final String SECOND = GceWorld.ZONES.getLast();

    private final GceProject project;

    GcpProviderTest() throws IOException {
        project = new GceProject();
    }

    @AfterEach
    void close() {
        project.close();
    }

    private static Offering offering(ComputeProvider provider, String type, PurchaseModel model) {
        return provider.offerings().stream()
                .filter(offering -> offering.machineType().name().equals(type) && offering.purchaseModel() == model)
                .findFirst()
                .orElseThrow();
    }

    private static String launch(ComputeProvider provider, Offering offering, String token) {
        ProviderOutcome outcome = provider.launch(Launches.of(GceProject.INSTALLATION, offering, token));
        assertThat(outcome).isInstanceOf(ProviderOutcome.Accepted.class);
        return ((ProviderOutcome.Accepted) outcome).ref();
    }

    @Test
    void asksForAMachineOfTheSettings() {
        project.with("service-account", "agent@example.org").with("subnetwork", "regions/us-central1/subnetworks/own");
        try (GcpProvider provider = project.open()) {
            launch(provider, offering(provider, GceProject.TYPE, PurchaseModel.ON_DEMAND), "t-1");
        }
        Instance made = project.gce.world.living().getFirst();
        assertThat(made.getDisks(0).getAutoDelete()).isTrue();
        assertThat(made.getDisks(0).getInitializeParams().getDiskSizeGb()).isEqualTo(20);
        assertThat(made.getNetworkInterfaces(0).getSubnetwork()).endsWith("/own");
        assertThat(made.getNetworkInterfaces(0).getAccessConfigsList()).isEmpty();
        assertThat(made.getScheduling().getAutomaticRestart()).isFalse();
        assertThat(made.getServiceAccounts(0).getEmail()).isEqualTo("agent@example.org");
        assertThat(made.getLabelsOrThrow("warmfront-installation")).startsWith("h-");
        assertThat(made.getMetadata().getItemsList())
                .filteredOn(item -> item.getKey().equals("startup-script"))
                .singleElement()
                .extracting(Items::getValue)
                .asString()
                .contains("WARMFRONT_REGISTRATION_TOKEN=secret-of-t-1");
    }

    @Test
    void readsTheStockOutThatTheClientsFutureHides() {
        project.gce.world.capacity(FIRST, GceProject.TYPE, 0);
        try (GcpProvider provider = project.open()) {
            Offering first = provider.offerings().stream()
                    .filter(offering -> offering.placement().zone().equals(FIRST))
                    .findFirst()
                    .orElseThrow();
            LaunchRequest request = Launches.of(GceProject.INSTALLATION, first, "t-1");
            assertThat(provider.launch(request))
                    .isEqualTo(new ProviderOutcome.InsufficientCapacity(FIRST, GceProject.TYPE));
            project.gce.world.capacity(FIRST, GceProject.TYPE, 1);
            assertThat(provider.launch(request))
                    .as("the refused operation is not replayed")
                    .isInstanceOf(ProviderOutcome.Accepted.class);
        }
    }

    @Test
    void launchesOnceWhenTheConnectionBreaksAfterItWasDone() {
        project.gce.dropAnswers("insert", 1);
        try (GcpProvider provider = project.open()) {
            LaunchRequest request =
                    Launches.of(GceProject.INSTALLATION, provider.offerings().getFirst(), "t-1");
            assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
            assertThat(provider.launch(request)).isInstanceOf(ProviderOutcome.Accepted.class);
        }
        assertThat(project.gce.world.living()).hasSize(1);
    }

    @Test
    void aGroupFallsThroughToTheTypeAndZoneThatHaveCapacityAndRemembersThat() {
        project.with("groups", "general=n2-standard-2+e2-standard-2").with("machine-types", "");
        project.gce.world.capacity(FIRST, "e2-standard-2", 0);
        project.gce.world.capacity(SECOND, "e2-standard-2", 0);
        project.gce.world.capacity(FIRST, "n2-standard-2", 0);
        try (GcpProvider provider = project.open()) {
            Offering group = provider.offerings().getFirst();
            assertThat(launch(provider, group, "t-1")).startsWith(SECOND + "/");
            assertThat(project.gce.calls()).filteredOn("insert"::equals).hasSize(4);
            assertThat(launch(provider, group, "t-2")).startsWith(SECOND + "/");
            assertThat(project.gce.calls()).filteredOn("insert"::equals).hasSize(5);
            ProviderOutcome third = provider.launch(Launches.of(GceProject.INSTALLATION, group, "t-3"));
            assertThat(third)
                    .as("what is launched has the price of its own type")
                    .isInstanceOfSatisfying(ProviderOutcome.Accepted.class, accepted -> assertThat(accepted.hotRate())
                            .isEqualTo(group.hotRate()));
            assertThat(provider.launch(Launches.of(GceProject.INSTALLATION, group, "t-3")))
                    .as("again")
                    .isEqualTo(third);
        }
        assertThat(project.gce.world.living()).hasSize(3).allMatch(instance -> instance.getMachineType()
                .endsWith("n2-standard-2"));
    }

    @Test
    void aGroupThatWasLaunchedSomewhereIsFoundThereByTheNextControlPlane() {
        project.with("groups", "general=n2-standard-2+e2-standard-2").with("machine-types", "");
        project.gce.world.capacity(FIRST, "e2-standard-2", 0);
        project.gce.world.capacity(SECOND, "e2-standard-2", 0);
        String ref;
        Offering group;
        try (GcpProvider provider = project.open()) {
            group = provider.offerings().getFirst();
            ref = launch(provider, group, "t-1");
        }
        project.gce.world.capacity(FIRST, "e2-standard-2", 5);
        try (GcpProvider next = project.open()) {
            assertThat(launch(next, group, "t-1")).isEqualTo(ref);
        }
        assertThat(project.gce.world.living()).hasSize(1);
    }

    @Test
    void listsEveryPage() {
        Set<String> refs = new HashSet<>();
        try (GcpProvider provider = project.open()) {
            for (Offering offering : provider.offerings()) {
                for (int i = 0; i < 4; i++) {
                    refs.add(launch(provider, offering, offering.placement().zone() + i));
                }
            }
            assertThat(provider.describe(GceProject.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactlyInAnyOrderElementsOf(refs);
        }
    }

    @Test
    void offersGpusUnderTheNamesThatOtherCloudsUseAndDoesNotSuspendThem() {
        project.with("machine-types", "g2-standard-24,a2-highgpu-1g,a3-highgpu-8g");
        try (GcpProvider provider = project.open()) {
            Offering l4 = offering(provider, "g2-standard-24", PurchaseModel.ON_DEMAND);
            assertThat(l4.machineType().capacity().gpuMillis())
                    .containsEntry("L4", 2_000L)
                    .hasSize(1);
            assertThat(l4.standbyRates()).containsOnlyKeys(StandbyMode.STOPPED);
            assertThat(l4.hotRate().toDollars().doubleValue()).isBetween(2.0008, 2.006);
            assertThat(offering(provider, "a2-highgpu-1g", PurchaseModel.ON_DEMAND)
                            .machineType()
                            .capacity()
                            .gpuMillis())
                    .containsOnlyKeys("A100-40GB");
            assertThat(offering(provider, "a3-highgpu-8g", PurchaseModel.ON_DEMAND)
                            .machineType()
                            .capacity()
                            .gpuMillis())
                    .containsEntry("H100", 8_000L);
            assertThat(launch(provider, l4, "t-1")).isNotEmpty();
        }
        assertThat(project.gce.world.living().getFirst().getScheduling().getOnHostMaintenance())
                .isEqualTo("TERMINATE");
    }

    @Test
    void offersSpotForLessWithoutStandby() {
        project.with("spot", "true");
        try (GcpProvider provider = project.open()) {
            Offering spot = offering(provider, GceProject.TYPE, PurchaseModel.SPOT);
            assertThat(spot.standbyRates()).isEmpty();
            assertThat(spot.hotRate())
                    .isLessThan(offering(provider, GceProject.TYPE, PurchaseModel.ON_DEMAND)
                            .hotRate());
            launch(provider, spot, "t-1");
        }
        assertThat(project.gce.world.living().getFirst().getScheduling().getProvisioningModel())
                .isEqualTo("SPOT");
    }

    @Test
    void isInStandbyInOneWayAtATime() {
        try (GcpProvider provider = project.open()) {
            String ref = launch(provider, provider.offerings().getFirst(), "t-1");
            assertThat(provider.stop(ref, StandbyMode.SUSPENDED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isInstanceOf(ProviderOutcome.Invalid.class);
        }
    }

    @Test
    void saysWhereAStartFindsNoCapacity() {
        try (GcpProvider provider = project.open()) {
            String ref = launch(provider, provider.offerings().getFirst(), "t-1");
            String zone = provider.offerings().getFirst().placement().zone();
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            project.gce.world.capacity(zone, GceProject.TYPE, 0);
            assertThat(provider.start(ref, TOKEN))
                    .isEqualTo(new ProviderOutcome.InsufficientCapacity(zone, GceProject.TYPE));
        }
    }
}
