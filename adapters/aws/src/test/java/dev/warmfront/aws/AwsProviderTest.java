package dev.warmfront.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import dev.warmfront.spi.ProviderUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwsProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t");
    private static final String FIRST = Ec2World.ZONES.getFirst();
    private static final String SECOND = Ec2World.ZONES.getLast();

    private final Ec2Account account;

    AwsProviderTest() throws IOException {
        account = new Ec2Account();
    }

    @AfterEach
    void close() {
        account.close();
    }

    private static Offering offering(ComputeProvider provider, String type, PurchaseModel model) {
        return provider.offerings().stream()
                .filter(offering -> offering.machineType().name().equals(type) && offering.purchaseModel() == model)
                .findFirst()
                .orElseThrow();
    }

    private static String launch(ComputeProvider provider, Offering offering, String token) throws Exception {
        ProviderOutcome outcome = provider.launch(Launches.of(Ec2Account.INSTALLATION, offering, token));
        assertThat(outcome).isInstanceOf(ProviderOutcome.Accepted.class);
        return ((ProviderOutcome.Accepted) outcome).ref();
    }

    private static void awaitRunning(ComputeProvider provider, String ref) throws InterruptedException {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (provider.describe(Ec2Account.INSTALLATION).stream()
                .noneMatch(found -> found.ref().equals(ref) && found.status() == Status.RUNNING)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Test
    void asksForAMachineThatIsSafeByItself() throws Exception {
        account.with("hibernate", "true")
                .with("instance-profile", "warmfront-instance")
                .with("security-groups", "sg-1");
        try (AwsProvider provider = account.open()) {
            launch(provider, offering(provider, Ec2Account.TYPE, PurchaseModel.ON_DEMAND), "t-1");
        }
        Ec2Query asked = account.ec2.requests("RunInstances").getFirst();
        assertThat(asked.text("MetadataOptions.HttpTokens")).isEqualTo("required");
        assertThat(asked.text("BlockDeviceMapping.1.Ebs.Encrypted")).isEqualTo("true");
        assertThat(asked.text("BlockDeviceMapping.1.Ebs.DeleteOnTermination")).isEqualTo("true");
        assertThat(asked.text("BlockDeviceMapping.1.Ebs.VolumeSize")).isEqualTo("28");
        assertThat(asked.text("HibernationOptions.Configured")).isEqualTo("true");
        assertThat(asked.text("InstanceInitiatedShutdownBehavior")).isEqualTo("terminate");
        assertThat(asked.text("IamInstanceProfile.Name")).isEqualTo("warmfront-instance");
        assertThat(asked.list("SecurityGroupId")).containsExactly("sg-1");
        assertThat(asked.tags("instance"))
                .containsEntry("warmfront:installation", "test")
                .containsEntry("warmfront:intent", "t-1");
        assertThat(asked.tags("volume")).isEqualTo(asked.tags("instance"));
        assertThat(new String(Base64.getDecoder().decode(asked.text("UserData")), StandardCharsets.UTF_8))
                .contains("WARMFRONT_REGISTRATION_TOKEN=secret-of-t-1");
    }

    @Test
    void asksOnceOnlyForALaunchThatFindsNoCapacity() {
        account.ec2.world.capacity(FIRST, Ec2Account.TYPE, 0);
        try (AwsProvider provider = account.open()) {
            Offering offering = provider.offerings().getFirst();
            assertThat(provider.launch(Launches.of(Ec2Account.INSTALLATION, offering, "t-1")))
                    .isEqualTo(new ProviderOutcome.InsufficientCapacity(FIRST, Ec2Account.TYPE));
        }
        assertThat(account.ec2.requests("RunInstances")).hasSize(1);
    }

    @Test
    void launchesOnceWhenTheConnectionBreaksAfterEc2HasDoneIt() {
        account.ec2.dropAnswers("RunInstances", 1);
        try (AwsProvider provider = account.open()) {
            LaunchRequest request =
                    Launches.of(Ec2Account.INSTALLATION, provider.offerings().getFirst(), "t-1");
            assertThatThrownBy(() -> provider.launch(request)).isInstanceOf(ProviderUnavailableException.class);
            assertThat(provider.launch(request)).isInstanceOf(ProviderOutcome.Accepted.class);
        }
        assertThat(account.ec2.world.living()).hasSize(1);
    }

    @Test
    void findsItsEarlierLaunchWhenTheSettingsHaveChangedInBetween() throws Exception {
        String ref;
        try (AwsProvider before = account.open()) {
            ref = launch(before, before.offerings().getFirst(), "t-1");
        }
        account.with("disk-gibibytes", "50");
        try (AwsProvider after = account.open()) {
            assertThat(launch(after, after.offerings().getFirst(), "t-1")).isEqualTo(ref);
        }
        assertThat(account.ec2.world.living()).hasSize(1);
    }

    @Test
    void saysSoWhenALaunchIsRepeatedAfterItsMachineHasEnded() throws Exception {
        try (AwsProvider provider = account.open()) {
            Offering offering = provider.offerings().getFirst();
            String ref = launch(provider, offering, "t-1");
            assertThat(provider.terminate(ref, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(launch(provider, offering, "t-1")).isEqualTo(ref);
            assertThat(provider.describe(Ec2Account.INSTALLATION)).isEmpty();
        }
        assertThat(account.ec2.world.living()).isEmpty();
    }

    @Test
    void handsThrottlingToTheCallerForLaunchesAndRepeatsOtherCallsItself() {
        account.ec2.throttle("RunInstances", 1);
        account.ec2.throttle("DescribeInstances", 1);
        try (AwsProvider provider = account.open()) {
            LaunchRequest request =
                    Launches.of(Ec2Account.INSTALLATION, provider.offerings().getFirst(), "t-1");
            assertThat(provider.launch(request)).isInstanceOf(ProviderOutcome.Throttled.class);
            assertThat(provider.launch(request)).isInstanceOf(ProviderOutcome.Accepted.class);
            assertThat(provider.describe(Ec2Account.INSTALLATION)).hasSize(1);
        }
        assertThat(account.ec2.requests("DescribeInstances")).hasSize(2);
    }

    @Test
    void listsEveryPage() throws Exception {
        Set<String> refs = new HashSet<>();
        try (AwsProvider provider = account.open()) {
            Offering offering = provider.offerings().getFirst();
            for (int i = 0; i < 12; i++) {
                refs.add(launch(provider, offering, "t-" + i));
            }
            for (String ref : refs) {
                awaitRunning(provider, ref);
            }
            assertThat(provider.describe(Ec2Account.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactlyInAnyOrderElementsOf(refs);
        }
        assertThat(account.ec2.requests("DescribeInstances"))
                .anyMatch(request -> request.text("NextToken").equals("10"));
    }

    @Test
    void aGroupFallsThroughToTheTypeAndZoneThatHaveCapacity() throws Exception {
        account.with("groups", "general=m7i.large+m6i.large").with("machine-types", "m7i.xlarge");
        account.ec2.world.capacity(FIRST, "m7i.large", 0);
        account.ec2.world.capacity(SECOND, "m7i.large", 0);
        account.ec2.world.capacity(FIRST, "m6i.large", 0);
        try (AwsProvider provider = account.open()) {
            Offering group = offering(provider, "group.general", PurchaseModel.ON_DEMAND);
            assertThat(group.placement().zone()).isEqualTo("any");
            String ref = launch(provider, group, "t-1");
            assertThat(account.ec2.world.living()).singleElement().satisfies(machine -> {
                assertThat(machine.id).isEqualTo(ref);
                assertThat(machine.type).isEqualTo("m6i.large");
                assertThat(machine.zone).isEqualTo(SECOND);
            });
            launch(provider, group, "t-2");
            assertThat(provider.launch(Launches.of(Ec2Account.INSTALLATION, group, "t-2")))
                    .as("what is launched has the price of its own type")
                    .isInstanceOfSatisfying(ProviderOutcome.Accepted.class, accepted -> assertThat(accepted.hotRate())
                            .isNotNull()
                            .isLessThan(group.hotRate()));
        }
        assertThat(firstChoice(0)).isNotEqualTo("m6i.large/" + SECOND);
        assertThat(firstChoice(1))
                .as("the second launch goes first where the first one found capacity")
                .isEqualTo("m6i.large/" + SECOND);
        assertThat(account.ec2.world.templates()).as("launch templates left").isZero();
    }

    private String firstChoice(int fleet) {
        return account
                .ec2
                .requests("CreateFleet")
                .get(fleet)
                .structures("LaunchTemplateConfigs")
                .getFirst()
                .structures("Overrides")
                .stream()
                .filter(override -> Double.parseDouble(override.text("Priority")) == 0)
                .map(override -> override.text("InstanceType") + "/" + override.text("AvailabilityZone"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGroupIsPricedAsItsDearestMemberAndSizedAsItsSmallest() {
        account.with("groups", "mixed=m7i.large+g6.xlarge").with("machine-types", "m7i.large,g6.xlarge");
        try (AwsProvider provider = account.open()) {
            Offering group = offering(provider, "group.mixed", PurchaseModel.ON_DEMAND);
            assertThat(group.hotRate())
                    .isEqualTo(offering(provider, "g6.xlarge", PurchaseModel.ON_DEMAND)
                            .hotRate());
            assertThat(group.machineType().capacity())
                    .isEqualTo(offering(provider, "m7i.large", PurchaseModel.ON_DEMAND)
                            .machineType()
                            .capacity());
        }
    }

    @Test
    void offersGpusWithTheirCountAndPriceAndWithoutHibernation() {
        account.with("hibernate", "true").with("machine-types", "m7i.large,g6.12xlarge,p5.48xlarge");
        try (AwsProvider provider = account.open()) {
            Offering l4 = offering(provider, "g6.12xlarge", PurchaseModel.ON_DEMAND);
            assertThat(l4.machineType().capacity().gpuMillis())
                    .containsEntry("L4", 4_000L)
                    .hasSize(1);
            assertThat(l4.standbyRates()).containsOnlyKeys(StandbyMode.STOPPED);
            // The price book's 4.6016 and 20 GiB of gp3.
            assertThat(l4.hotRate().toDollars().doubleValue()).isBetween(4.6016, 4.605);
            assertThat(offering(provider, "p5.48xlarge", PurchaseModel.ON_DEMAND)
                            .machineType()
                            .capacity()
                            .gpuMillis())
                    .containsEntry("H100", 8_000L);
            assertThat(offering(provider, "m7i.large", PurchaseModel.ON_DEMAND).standbyRates())
                    .containsOnlyKeys(StandbyMode.STOPPED, StandbyMode.HIBERNATED);
        }
    }

    @Test
    void offersSpotAtThePriceOfTheMomentAndDoesNotStopIt() throws Exception {
        account.with("spot", "true");
        try (AwsProvider provider = account.open()) {
            assertThat(provider.offerings())
                    .filteredOn(offering -> offering.purchaseModel() == PurchaseModel.SPOT)
                    .hasSize(2)
                    .allSatisfy(offering -> assertThat(offering.standbyRates()).isEmpty())
                    .extracting(Offering::hotRate)
                    .doesNotHaveDuplicates();
            String ref = launch(provider, offering(provider, Ec2Account.TYPE, PurchaseModel.SPOT), "t-1");
            awaitRunning(provider, ref);
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isInstanceOf(ProviderOutcome.Invalid.class);
            assertThat(account.ec2.world.living()).allMatch(machine -> machine.spot);
        }
    }

    @Test
    void doesNotOfferATypeInAZoneThatLacksIt() {
        account.ec2.world.withdraw(SECOND, Ec2Account.TYPE);
        try (AwsProvider provider = account.open()) {
            assertThat(provider.offerings()).singleElement().satisfies(offering -> assertThat(
                            offering.placement().zone())
                    .isEqualTo(FIRST));
        }
    }

    @Test
    void isInStandbyInOneWayAtATime() throws Exception {
        account.with("hibernate", "true");
        try (AwsProvider provider = account.open()) {
            String ref = launch(provider, provider.offerings().getFirst(), "t-1");
            awaitRunning(provider, ref);
            assertThat(provider.stop(ref, StandbyMode.HIBERNATED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isInstanceOf(ProviderOutcome.Invalid.class);
        }
    }

    @Test
    void saysWhereAStartFindsNoCapacity() throws Exception {
        try (AwsProvider provider = account.open()) {
            String ref = launch(provider, provider.offerings().getFirst(), "t-1");
            awaitRunning(provider, ref);
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            account.ec2.world.capacity(FIRST, Ec2Account.TYPE, 0);
            assertThat(provider.start(ref, TOKEN))
                    .isEqualTo(new ProviderOutcome.InsufficientCapacity(FIRST, Ec2Account.TYPE));
            assertThat(provider.describe(Ec2Account.INSTALLATION))
                    .singleElement()
                    .satisfies(found -> assertThat(found.status()).isEqualTo(Status.STOPPED));
        }
    }
}
