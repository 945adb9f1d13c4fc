package dev.warmfront.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.local.Checkpoint.Moment;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The control plane ends at the worst moments, and the next one makes good. */
class CrashTest {

    private static final IntentToken TOKEN = new IntentToken("t");

    private final Laptop laptop = new Laptop();

    CrashTest() throws IOException {}

    @AfterEach
    void endEverything() throws IOException {
        laptop.close();
    }

    /** Not an exception that anything would handle: from here on nothing is done, as after kill -9. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A provider whose control plane ends at that moment, wherever it gets there: in a call or in the watcher's round. */
    private LocalProvider doomed(Moment end) throws IOException {
        return laptop.open(moment -> {
            if (moment == end) {
                throw new Crash();
            }
        });
    }

    private static List<Status> statuses(ComputeProvider provider) {
        return provider.describe(Laptop.INSTALLATION).stream()
                .map(ProviderInstance::status)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"FOLDER_WRITTEN", "FOLDER_PLACED", "PROCESS_STARTED"})
    void aLaunchThatWasCutShortIsFinishedByItsRepetition(Moment moment) throws Exception {
        try (LocalProvider doomed = doomed(moment)) {
            assertThatThrownBy(() -> doomed.launch(Laptop.request(doomed, "i-1", "launch")))
                    .isInstanceOf(Crash.class);
        }
        try (ComputeProvider next = laptop.open()) {
            assertThat(laptop.root().resolve(".new")).isEmptyDirectory();
            assertThat(next.launch(Laptop.request(next, "i-1", "launch")))
                    .isEqualTo(new ProviderOutcome.Accepted("i-1"));
            assertThat(statuses(next)).containsExactly(Status.RUNNING);
            laptop.awaitStarts("i-1", 1);
            assertThat(laptop.starts("i-1")).hasSize(1);
            next.terminate("i-1", TOKEN);
            assertThat(laptop.processes()).isEmpty();
        }
    }

    @Test
    void aLaunchThatWasPlacedIsCarriedOutEvenIfNobodyRepeatsIt() throws Exception {
        try (LocalProvider doomed = doomed(Moment.FOLDER_PLACED)) {
            assertThatThrownBy(() -> doomed.launch(Laptop.request(doomed, "i-1", "launch")))
                    .isInstanceOf(Crash.class);
        }
        try (ComputeProvider next = laptop.open()) {
            laptop.awaitStarts("i-1", 1);
            Laptop.await("running", () -> statuses(next).equals(List.of(Status.RUNNING)));
        }
    }

    @Test
    void aStopThatWasCutShortIsFinishedByItsRepetition() throws Exception {
        try (LocalProvider doomed = doomed(Moment.STOP_RECORDED)) {
            laptop.launch(doomed, "i-1");
            assertThatThrownBy(() -> doomed.stop("i-1", StandbyMode.STOPPED, TOKEN))
                    .isInstanceOf(Crash.class);
        }
        try (ComputeProvider next = laptop.open()) {
            assertThat(statuses(next)).containsExactly(Status.STOPPING);
            assertThat(next.stop("i-1", StandbyMode.STOPPED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted("i-1"));
            assertThat(statuses(next)).containsExactly(Status.STOPPED);
            assertThat(laptop.processes()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"END_RECORDED", "PROCESSES_KILLED"})
    void anEndThatWasCutShortIsFinishedByTheNextControlPlaneWithoutBeingAsked(Moment moment) throws Exception {
        try (LocalProvider doomed = doomed(moment)) {
            laptop.launch(doomed, "i-1");
            assertThatThrownBy(() -> doomed.terminate("i-1", TOKEN)).isInstanceOf(Crash.class);
        }
        try (ComputeProvider next = laptop.open()) {
            Laptop.await("its end", () -> statuses(next).isEmpty());
            assertThat(laptop.processes()).isEmpty();
            assertThat(laptop.root().resolve("i-1")).doesNotExist();
        }
    }

    @Test
    void aProcessThatGotTheNumberOfADeadAgentIsNotTouched() throws Exception {
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try (ComputeProvider provider = laptop.open()) {
            laptop.launch(provider, "i-1");
        }
        Path state = laptop.root().resolve("i-1").resolve("state.properties");
        long agent = laptop.starts("i-1").getFirst();
        Files.writeString(state, Files.readString(state).replace("pid=" + agent, "pid=" + bystander.pid()));
        try (ComputeProvider next = laptop.open()) {
            Laptop.await("its end", () -> statuses(next).isEmpty());
            assertThat(laptop.processes()).isEmpty();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    /** A control plane of its own, to be killed; arguments: root, agent jar. */
    public static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            LocalProvider provider = LocalProvider.open(
                    new dev.warmfront.domain.ProviderId("local"),
                    LocalSettings.parse(java.util.Map.of("root", arguments[0], "agent-jar", arguments[1])),
                    Checkpoint.NONE);
            provider.launch(Laptop.request(provider, "i-1", "launch"));
            provider.launch(Laptop.request(provider, "i-2", "launch-2"));
            provider.stop("i-2", StandbyMode.SUSPENDED, TOKEN);
            Files.createFile(Path.of(arguments[2]));
            TimeUnit.MINUTES.sleep(1);
        }
    }

    @Test
    void instancesOutliveAControlPlaneThatIsKilled() throws Exception {
        Path done = laptop.root().resolveSibling("done");
        Process controlPlane = new ProcessBuilder(
                        LocalSettings.parse(laptop.settings()).java().toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        laptop.root().toString(),
                        laptop.settings().getOrDefault("agent-jar", ""),
                        done.toString())
                .inheritIO()
                .start();
        try {
            Laptop.await("both launched", () -> Files.exists(done));
            laptop.awaitStarts("i-1", 1);
        } finally {
            controlPlane.destroyForcibly().waitFor();
        }
        long agent = laptop.starts("i-1").getFirst();
        try (ComputeProvider next = laptop.open()) {
            assertThat(Laptop.alive(agent)).isTrue();
            assertThat(statuses(next)).containsExactly(Status.RUNNING, Status.SUSPENDED);
            assertThat(next.launch(Laptop.request(next, "i-1", "launch")))
                    .isEqualTo(new ProviderOutcome.Accepted("i-1"));
            assertThat(laptop.starts("i-1")).containsExactly(agent);
            next.start("i-2", TOKEN);
            laptop.awaitStarts("i-2", 1);
            next.terminate("i-1", TOKEN);
            next.terminate("i-2", TOKEN);
            assertThat(laptop.processes()).isEmpty();
        }
    }
}
