package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ContractReport.Result;
import dev.warmfront.spi.ProviderInstance.Status;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The part of the contract about calls that are cut off: an intent is carried out once, whoever dies when. */
public abstract class ProviderCrashContract extends ProviderExamination {

    private static final ProviderId BLAMED = new ProviderId("faulty");

    @Test
    void launchesOnceWhenTheCallWasNotMade() throws Exception {
        prove(ProviderBehaviour.CRASH_BEFORE_CALL, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            dieIn(subject, ProviderCall.LAUNCH, new Fault.DropRequest(), doomed -> doomed.launch(request));
            assertThat(provider.describe(INSTALLATION)).isEmpty();
            provider.close();
            isLaunchedOnce(subject, request);
            return Result.HOLDS;
        });
    }

    @Test
    void launchesOnceWhenTheAnswerWasLost() throws Exception {
        prove(ProviderBehaviour.CRASH_BEFORE_ANSWER, (subject, provider) -> {
            LaunchRequest repeated = request(subject, provider);
            dieIn(subject, ProviderCall.LAUNCH, new Fault.DropAnswer(), doomed -> doomed.launch(repeated));
            provider.close();
            String ref = isLaunchedOnce(subject, repeated);
            // Nobody may come to repeat it: then the sweep must find it by its tags.
            try (ComputeProvider anew = subject.open()) {
                LaunchRequest orphaned = request(subject, anew);
                dieIn(subject, ProviderCall.LAUNCH, new Fault.DropAnswer(), doomed -> doomed.launch(orphaned));
                await(subject, "listed", () -> anew.describe(INSTALLATION).stream()
                        .anyMatch(found -> found.tags().equals(orphaned.tags())));
                assertThat(anew.describe(INSTALLATION)).hasSize(2).anyMatch(found -> found.ref()
                        .equals(ref));
            }
            return Result.HOLDS;
        });
    }

    @Test
    void launchesOnceWhenTheAnswerWasNotCommitted() throws Exception {
        prove(ProviderBehaviour.CRASH_BEFORE_COMMIT, (subject, provider) -> {
            LaunchRequest request = request(subject, provider);
            String ref = accepted(provider.launch(request));
            provider.close();
            assertThat(isLaunchedOnce(subject, request)).isEqualTo(ref);
            return Result.HOLDS;
        });
    }

    /** Launches again with the same token, as the next control plane does, and looks that there is one. */
    private static String isLaunchedOnce(ProviderSubject subject, LaunchRequest request) throws Exception {
        try (ComputeProvider next = subject.open()) {
            String ref = accepted(next.launch(request));
            assertThat(next.describe(INSTALLATION)).singleElement().satisfies(found -> {
                assertThat(found.ref()).isEqualTo(ref);
                assertThat(found.tags()).isEqualTo(request.tags());
            });
            awaitStatus(subject, next, ref, Status.RUNNING);
            assertThat(next.describe(INSTALLATION)).hasSize(1);
            return ref;
        }
    }

    @Test
    void isInTheSameStateWhenACallIsMadeAgain() throws Exception {
        prove(ProviderBehaviour.LOST_ANSWERS, (subject, provider) -> {
            String ref = launch(subject, provider, request(subject, provider));
            for (StandbyMode mode : modes(provider)) {
                IntentToken stop = token();
                dieIn(subject, ProviderCall.STOP, new Fault.DropAnswer(), doomed -> doomed.stop(ref, mode, stop));
                assertThat(accepted(provider.stop(ref, mode, stop))).isEqualTo(ref);
                assertThat(status(provider, ref)).contains(standing(mode));
                IntentToken start = token();
                dieIn(subject, ProviderCall.START, new Fault.DropAnswer(), doomed -> doomed.start(ref, start));
                assertThat(accepted(provider.start(ref, start))).isEqualTo(ref);
                awaitStatus(subject, provider, ref, Status.RUNNING);
            }
            IntentToken end = token();
            dieIn(subject, ProviderCall.TERMINATE, new Fault.DropAnswer(), doomed -> doomed.terminate(ref, end));
            assertThat(provider.terminate(ref, end))
                    .isInstanceOfAny(ProviderOutcome.Accepted.class, ProviderOutcome.NotFound.class);
            assertThat(status(provider, ref)).isEmpty();
            return Result.HOLDS;
        });
    }

    @Test
    void doesOnceWhatIsDeliveredTwice() throws Exception {
        prove(ProviderBehaviour.DELIVERED_TWICE, (subject, provider) -> {
            ScriptedFaults twice = new ScriptedFaults();
            for (ProviderCall call : ProviderCall.values()) {
                twice.then(call, new Fault.Duplicate());
            }
            ComputeProvider network = new FaultyProvider(BLAMED, provider, twice);
            String ref = accepted(network.launch(request(subject, provider)));
            assertThat(network.describe(INSTALLATION)).hasSize(1);
            awaitStatus(subject, provider, ref, Status.RUNNING);
            for (StandbyMode mode : modes(provider)) {
                twice.then(ProviderCall.STOP, new Fault.Duplicate()).then(ProviderCall.START, new Fault.Duplicate());
                standBy(network, ref, mode);
                assertThat(accepted(network.start(ref, token()))).isEqualTo(ref);
                awaitStatus(subject, provider, ref, Status.RUNNING);
            }
            assertThat(network.terminate(ref, token()))
                    .isInstanceOfAny(ProviderOutcome.Accepted.class, ProviderOutcome.NotFound.class);
            assertThat(status(provider, ref)).isEmpty();
            return Result.HOLDS;
        });
    }

    /** A call of a control plane of its own, which ends before it has learned what became of the call. */
    private static void dieIn(ProviderSubject subject, ProviderCall call, Fault fault, Consumer<ComputeProvider> deed)
            throws Exception {
        ScriptedFaults script = new ScriptedFaults().then(call, fault);
        try (ComputeProvider doomed = new FaultyProvider(BLAMED, subject.open(), script)) {
            assertThatThrownBy(() -> deed.accept(doomed)).isInstanceOf(ProviderUnavailableException.class);
        }
        assertThat(script.calls(call)).isEqualTo(1);
    }
}
