package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ContractReport.Result;
import dev.warmfront.spi.ProviderInstance.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/**
 * What every provider must do. An adapter's test extends it with a {@link ProviderSubject}; what the provider declares must
 * work, and what it does not declare must be refused and change nothing. Results go to {@code target/contract}.
 */
public abstract class ProviderContractTest extends ProviderCrashContract {

    @Test
    void offersOnlyWhatItsCapabilitiesCover() throws Exception {
        prove(ProviderBehaviour.WELL_FORMED_OFFERINGS, (subject, provider) -> {
            Set<Capability> declared = provider.capabilities();
            Set<OfferingId> ids = new HashSet<>();
            for (Offering offering : provider.offerings()) {
                assertThat(ids.add(offering.id()))
                        .as("%s is offered once", offering.id())
                        .isTrue();
                for (StandbyMode mode : offering.standbyRates().keySet()) {
                    assertThat(declared).as("%s of %s", mode, offering.id()).contains(Capability.of(mode));
                }
                if (offering.purchaseModel() == PurchaseModel.SPOT) {
                    assertThat(declared).as("%s", offering.id()).contains(Capability.SPOT);
                }
                if (!offering.machineType().capacity().gpuMillis().isEmpty()) {
                    assertThat(declared).as("%s", offering.id()).contains(Capability.GPU);
                }
            }
            assertThat(subject.offering(provider).standbyRates().keySet())
                    .as("the tests' offering has every declared mode")
                    .containsExactlyInAnyOrderElementsOf(modes(provider));
            return Result.HOLDS;
        });
    }

    @Test
    void declaresTheSameCapabilitiesAlways() throws Exception {
        prove(ProviderBehaviour.CONSTANT_CAPABILITIES, (subject, provider) -> {
            Set<Capability> declared = Set.copyOf(provider.capabilities());
            launch(subject, provider, request(subject, provider));
            assertThat(provider.capabilities()).isEqualTo(declared);
            try (ComputeProvider anew = subject.open()) {
                assertThat(anew.capabilities()).isEqualTo(declared);
            }
            return Result.HOLDS;
        });
    }

    @Test
    void listsAnAcceptedLaunchAtOnceWithItsTags() throws Exception {
        prove(ProviderBehaviour.LAUNCH_LISTED, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            String ref = accepted(provider.launch(request));
            assertThat(provider.describe(INSTALLATION)).singleElement().satisfies(instance -> {
                assertThat(instance.ref()).isEqualTo(ref);
                assertThat(instance.tags()).isEqualTo(request.tags());
                assertThat(instance.status()).isIn(Status.PENDING, Status.RUNNING);
            });
            awaitStatus(subject, provider, ref, Status.RUNNING);
            return Result.HOLDS;
        });
    }

    @Test
    void launchesOnceForOneToken() throws Exception {
        prove(ProviderBehaviour.LAUNCH_ONCE, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            String ref = accepted(provider.launch(request));
            assertThat(accepted(provider.launch(request))).isEqualTo(ref);
            assertThat(provider.describe(INSTALLATION)).hasSize(1);
            assertThat(accepted(provider.launch(request(subject, provider)))).isNotEqualTo(ref);
            assertThat(provider.describe(INSTALLATION)).hasSize(2);
            return Result.HOLDS;
        });
    }

    @Test
    void launchesOnceForOneTokenFromManyThreads() throws Exception {
        prove(ProviderBehaviour.LAUNCH_ONCE_CONCURRENTLY, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            Set<String> refs = new HashSet<>();
            for (ProviderOutcome outcome : concurrently(() -> provider.launch(request))) {
                refs.add(accepted(outcome));
            }
            assertThat(refs).hasSize(1);
            assertThat(provider.describe(INSTALLATION)).hasSize(1);
            return Result.HOLDS;
        });
    }

    @Test
    void launchesOnceForOneTokenAcrossRestarts() throws Exception {
        prove(ProviderBehaviour.LAUNCH_ONCE_ACROSS_RESTARTS, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            String ref = accepted(provider.launch(request));
            provider.close();
            try (ComputeProvider anew = subject.open()) {
                assertThat(accepted(anew.launch(request))).isEqualTo(ref);
                assertThat(anew.describe(INSTALLATION)).hasSize(1);
            }
            return Result.HOLDS;
        });
    }

    @Test
    void doesNotListTheInstancesOfAnotherInstallation() throws Exception {
        prove(ProviderBehaviour.OTHERS_UNLISTED, (subject, provider) -> {
            String own = accepted(provider.launch(request(subject, provider)));
            String other = accepted(provider.launch(request(subject, provider, "neighbour")));
            assertThat(provider.describe(INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .containsExactly(own);
            assertThat(provider.describe("neighbour"))
                    .extracting(ProviderInstance::ref)
                    .containsExactly(other);
            assertThat(provider.describe("nobody")).isEmpty();
            return Result.HOLDS;
        });
    }

    @ParameterizedTest
    @EnumSource
    void putsIntoStandbyAndWakesOrRefuses(StandbyMode mode) throws Exception {
        ProviderBehaviour behaviour =
                switch (mode) {
                    case STOPPED -> ProviderBehaviour.STANDBY_STOPPED;
                    case SUSPENDED -> ProviderBehaviour.STANDBY_SUSPENDED;
                    case HIBERNATED -> ProviderBehaviour.STANDBY_HIBERNATED;
                };
        prove(behaviour, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            if (!modes(provider).contains(mode)) {
                assertThat(provider.stop(ref, mode, token())).isInstanceOf(ProviderOutcome.Unsupported.class);
                assertThat(status(provider, ref)).contains(Status.RUNNING);
                return Result.REFUSED;
            }
            for (int round = 0; round < 2; round++) {
                standBy(provider, ref, mode);
                standBy(provider, ref, mode);
                assertThat(accepted(provider.start(ref, token()))).isEqualTo(ref);
                assertThat(accepted(provider.start(ref, token()))).isEqualTo(ref);
                awaitStatus(subject, provider, ref, Status.RUNNING);
            }
            assertThat(provider.describe(INSTALLATION)).hasSize(1);
            return Result.HOLDS;
        });
    }

    @Test
    void findsAndStartsWhatIsInStandbyAfterARestart() throws Exception {
        prove(ProviderBehaviour.STANDBY_ACROSS_RESTARTS, (subject, provider) -> {
            if (modes(provider).isEmpty()) {
                return Result.REFUSED;
            }
            for (StandbyMode mode : modes(provider)) {
                LaunchRequest request = request(subject, provider);
                String ref = launch(subject, provider, request);
                standBy(provider, ref, mode);
                try (ComputeProvider anew = subject.open()) {
                    assertThat(anew.describe(INSTALLATION))
                            .contains(new ProviderInstance(ref, request.tags(), standing(mode)));
                    assertThat(accepted(anew.start(ref, token()))).isEqualTo(ref);
                    awaitStatus(subject, anew, ref, Status.RUNNING);
                }
            }
            return Result.HOLDS;
        });
    }

    @Test
    void acceptsTheStartOfWhatRuns() throws Exception {
        prove(ProviderBehaviour.START_RUNNING, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            assertThat(accepted(provider.start(ref, token()))).isEqualTo(ref);
            assertThat(status(provider, ref)).contains(Status.RUNNING);
            return Result.HOLDS;
        });
    }

    @Test
    void endsInstancesFromAnyStatus() throws Exception {
        prove(ProviderBehaviour.TERMINATE_ANY, (subject, provider) -> {
            String fresh = accepted(provider.launch(request(subject, provider)));
            endTwice(provider, fresh);
            endTwice(provider, launch(subject, provider, request(subject, provider)));
            for (StandbyMode mode : modes(provider)) {
                String ref = launch(subject, provider, request(subject, provider));
                standBy(provider, ref, mode);
                endTwice(provider, ref);
            }
            String contested = launch(subject, provider, request(subject, provider));
            for (ProviderOutcome outcome : concurrently(() -> provider.terminate(contested, token()))) {
                assertThat(outcome).isInstanceOfAny(ProviderOutcome.Accepted.class, ProviderOutcome.NotFound.class);
            }
            assertThat(status(provider, contested)).isEmpty();
            return Result.HOLDS;
        });
    }

    private void endTwice(ComputeProvider provider, String ref) {
        assertThat(accepted(provider.terminate(ref, token()))).isEqualTo(ref);
        assertThat(status(provider, ref)).isEmpty();
        assertThat(provider.terminate(ref, token()))
                .isInstanceOfAny(ProviderOutcome.Accepted.class, ProviderOutcome.NotFound.class);
    }

    @Test
    void knowsNothingOfAnInstanceThatNeverWas() throws Exception {
        prove(ProviderBehaviour.UNKNOWN_NOT_FOUND, (subject, provider) -> {
            String never = "i-00000000000000000";
            assertThat(provider.start(never, token())).isInstanceOf(ProviderOutcome.NotFound.class);
            assertThat(provider.terminate(never, token())).isInstanceOf(ProviderOutcome.NotFound.class);
            for (StandbyMode mode : modes(provider)) {
                assertThat(provider.stop(never, mode, token())).isInstanceOf(ProviderOutcome.NotFound.class);
            }
            return Result.HOLDS;
        });
    }

    @Test
    void refusesAnOfferingThatItDoesNotHave() throws Exception {
        prove(ProviderBehaviour.UNKNOWN_OFFERING_INVALID, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            Offering known = request.offering();
            Offering unknown = new Offering(
                    known.placement(),
                    new MachineType("no.such-type", known.machineType().capacity()),
                    known.purchaseModel(),
                    known.hotRate(),
                    known.standbyRates());
            ProviderOutcome outcome = provider.launch(new LaunchRequest(
                    request.token(), request.tags(), unknown, request.controlPlane(), request.registrationToken()));
            assertThat(outcome)
                    .isInstanceOfSatisfying(ProviderOutcome.Invalid.class, invalid -> assertThat(invalid.why())
                            .contains(" ")
                            .doesNotContain(request.registrationToken()));
            assertThat(provider.describe(INSTALLATION)).isEmpty();
            return Result.HOLDS;
        });
    }

    @Test
    void saysWhenItIsFullAndHasRoomAgainAfterAnEnd() throws Exception {
        prove(ProviderBehaviour.CAPACITY, (subject, provider) -> {
            int capacity =
                    subject.capacity().orElseThrow(() -> new TestAbortedException("this account cannot be filled"));
            List<String> refs = new ArrayList<>();
            for (int i = 0; i < capacity - 1; i++) {
                refs.add(accepted(provider.launch(request(subject, provider))));
            }
            List<ProviderOutcome> race = concurrently(() -> provider.launch(request(subject, provider)));
            assertThat(race)
                    .filteredOn(ProviderOutcome.Accepted.class::isInstance)
                    .hasSize(1);
            assertThat(race)
                    .filteredOn(ProviderOutcome.InsufficientCapacity.class::isInstance)
                    .hasSize(THREADS - 1);
            LaunchRequest again = request(subject, provider);
            assertThat(provider.launch(again)).isInstanceOf(ProviderOutcome.InsufficientCapacity.class);
            assertThat(provider.describe(INSTALLATION)).hasSize(capacity);
            accepted(provider.terminate(refs.getFirst(), token()));
            accepted(provider.launch(again));
            assertThat(provider.describe(INSTALLATION)).hasSize(capacity);
            return Result.HOLDS;
        });
    }

    @Test
    void tellsOfAnInstanceThatEndedByItselfOrNeverTellsAnything() throws Exception {
        prove(ProviderBehaviour.EVENTS, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            List<ProviderEvent> told = new CopyOnWriteArrayList<>();
            try (var _ = provider.events(told::add)) {
                endFromOutside(subject, ref);
                await(subject, "not listed", () -> status(provider, ref).isEmpty());
                if (!provider.capabilities().contains(Capability.EVENTS)) {
                    assertThat(told).isEmpty();
                    return Result.REFUSED;
                }
                await(subject, "told", () -> told.contains(new ProviderEvent.Ended(ref)));
            }
            return Result.HOLDS;
        });
    }

    @Test
    void tellsNothingMoreToAListenerThatHasBeenClosed() throws Exception {
        prove(ProviderBehaviour.EVENTS_END, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            List<ProviderEvent> closed = new CopyOnWriteArrayList<>();
            List<ProviderEvent> open = new CopyOnWriteArrayList<>();
            provider.events(closed::add).close();
            try (var _ = provider.events(open::add)) {
                endFromOutside(subject, ref);
                await(subject, "not listed", () -> status(provider, ref).isEmpty());
                if (provider.capabilities().contains(Capability.EVENTS)) {
                    await(subject, "told", () -> open.contains(new ProviderEvent.Ended(ref)));
                }
            }
            assertThat(closed).isEmpty();
            return provider.capabilities().contains(Capability.EVENTS) ? Result.HOLDS : Result.REFUSED;
        });
    }

    @Test
    void tellsThatItTakesASpotInstanceBackBeforeItTellsThatItEndedOrOffersNone() throws Exception {
        prove(ProviderBehaviour.INTERRUPTION, (subject, provider) -> {
            Optional<Offering> spot = provider.offerings().stream()
                    .filter(offering -> offering.purchaseModel() == PurchaseModel.SPOT)
                    .findFirst();
            assertThat(spot.isPresent()).isEqualTo(provider.capabilities().contains(Capability.SPOT));
            List<ProviderEvent> told = new CopyOnWriteArrayList<>();
            try (var _ = provider.events(told::add)) {
                if (spot.isEmpty()) {
                    String ref = launch(subject, provider, request(subject, provider));
                    endFromOutside(subject, ref);
                    await(subject, "not listed", () -> status(provider, ref).isEmpty());
                    assertThat(told).noneMatch(ProviderEvent.Interruption.class::isInstance);
                    return Result.REFUSED;
                }
                String ref = launch(subject, provider, request(spot.get(), INSTALLATION));
                if (!subject.interrupt(ref)) {
                    throw new TestAbortedException("this subject cannot take an instance back");
                }
                await(subject, "not listed", () -> status(provider, ref).isEmpty());
                if (provider.capabilities().contains(Capability.EVENTS)) {
                    await(subject, "told", () -> told.contains(new ProviderEvent.Ended(ref)));
                    assertThat(told).containsExactly(new ProviderEvent.Interruption(ref), new ProviderEvent.Ended(ref));
                }
            }
            return Result.HOLDS;
        });
    }

    @Test
    void closesWithoutComplaintAndItsInstancesLiveOn() throws Exception {
        prove(ProviderBehaviour.CLOSE, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            assertThatCode(provider::close).doesNotThrowAnyException();
            assertThatCode(provider::close).doesNotThrowAnyException();
            try (ComputeProvider anew = subject.open()) {
                assertThat(status(anew, ref)).contains(Status.RUNNING);
            }
            return Result.HOLDS;
        });
    }
}
