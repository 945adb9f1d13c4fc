package dev.warmfront.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the local provider promises beyond the contract. */
class LocalProviderTest {

    private static final IntentToken TOKEN = new IntentToken("t");

    /** The agent, the task in a session of its own, and the task with an empty environment. */
    private static final int PROCESSES = 3;

    private final Laptop laptop = new Laptop();

    LocalProviderTest() throws IOException {}

    @AfterEach
    void endEverything() throws IOException {
        laptop.close();
    }

    private static List<Status> statuses(ComputeProvider provider) {
        return provider.describe(Laptop.INSTALLATION).stream()
                .map(ProviderInstance::status)
                .toList();
    }

    private long bareTask(long agent) {
        return ProcessHandle.of(agent)
                .orElseThrow()
                .children()
                .map(ProcessHandle::pid)
                .filter(pid -> !laptop.processes().contains(pid))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void endsEveryProcessOfAnInstanceAndDeletesItsFolder() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            long bare = bareTask(laptop.starts(ref).getFirst());
            assertThat(laptop.processes()).hasSize(PROCESSES - 1);
            assertThat(provider.terminate(ref, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(laptop.processes()).isEmpty();
            assertThat(Laptop.alive(bare)).isFalse();
            assertThat(laptop.root().resolve(ref)).doesNotExist();
            assertThat(laptop.root().resolve(".trash")).isEmptyDirectory();
        }
    }

    @Test
    void killsTheTasksOfAnAgentThatWasKilledAndTellsOfItQuickly() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            long bystander = new ProcessBuilder("sleep", "60").start().pid();
            List<ProviderEvent> told = new CopyOnWriteArrayList<>();
            try (var _ = provider.events(told::add)) {
                long before = System.nanoTime();
                Laptop.kill(laptop.starts(ref).getFirst());
                Laptop.await("the event", () -> told.contains(new ProviderEvent.Ended(ref)));
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
            }
            Laptop.await("no process", () -> laptop.processes().isEmpty());
            assertThat(statuses(provider)).isEmpty();
            assertThat(Laptop.alive(bystander)).isTrue();
            Laptop.kill(bystander);
        }
    }

    @Test
    void killsWhatOnlyItsControlGroupStillTiesToAKilledAgentAndRemovesTheGroup() throws Exception {
        Path own = Path.of("/sys/fs/cgroup");
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"));
                Stream<String> groups = Files.lines(Path.of("/proc/self/cgroup"))) {
            own = mounts.map(line -> line.split(" ", -1))
                    .filter(fields -> fields[2].equals("cgroup2"))
                    .findFirst()
                    .map(fields -> Path.of(fields[1]))
                    .orElse(own)
                    .resolve(groups.filter(line -> line.startsWith("0::/"))
                            .findFirst()
                            .orElse("0::/")
                            .substring("0::/".length()));
        }
        Path branch = own.resolve(
                "warmfront-i-1-" + Integer.toHexString(laptop.home("i-1").hashCode()));
        assumeTrue(branch.resolve("t-1").toFile().mkdirs(), "control groups may be made here");
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            long stray = new ProcessBuilder("setsid", "sleep", "60").start().pid();
            Files.writeString(branch.resolve("t-1/cgroup.procs"), Long.toString(stray));
            Laptop.kill(laptop.starts(ref).getFirst());
            Laptop.await("its end", () -> !Laptop.alive(stray));
            Laptop.await("no folder", () -> statuses(provider).isEmpty());
        }
        assertThat(branch).doesNotExist();
    }

    @Test
    void suspendingFreezesTheAgentAndItsTasksAndStartingContinuesTheSameProcess() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            assertThat(provider.stop(ref, StandbyMode.SUSPENDED, TOKEN)).isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(laptop.processes()).hasSize(PROCESSES - 1).allMatch(ProcessTable::frozen);
            Path ticks = laptop.home(ref).resolve("ticks");
            String stood = Files.readString(ticks);
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(ticks).hasContent(stood);
            provider.start(ref, TOKEN);
            assertThat(laptop.processes()).noneMatch(ProcessTable::frozen);
            Laptop.await("ticks", () -> !Files.readString(ticks).equals(stood));
            assertThat(laptop.starts(ref)).hasSize(1);
        }
    }

    @Test
    void stoppingEndsTheProcessesAndKeepsTheFolderForTheNextStart() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            Path cached = Files.writeString(laptop.home(ref).resolve("cached"), "expensive");
            provider.stop(ref, StandbyMode.STOPPED, TOKEN);
            assertThat(laptop.processes()).isEmpty();
            assertThat(cached).hasContent("expensive");
            provider.start(ref, TOKEN);
            List<Long> starts = laptop.awaitStarts(ref, 2);
            assertThat(Laptop.alive(starts.getFirst())).isFalse();
            assertThat(Laptop.alive(starts.getLast())).isTrue();
        }
    }

    @Test
    void refusesAStandbyThatDoesNotFollowFromTheStatus() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            provider.stop(ref, StandbyMode.SUSPENDED, TOKEN);
            assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN))
                    .isEqualTo(new ProviderOutcome.Invalid("instance i-1 is SUSPENDED; start it before stopping it"));
            assertThat(statuses(provider)).containsExactly(Status.SUSPENDED);
        }
    }

    @Test
    void noticesThatAFrozenAgentDied() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            provider.stop(ref, StandbyMode.SUSPENDED, TOKEN);
            Laptop.kill(laptop.starts(ref).getFirst());
            Laptop.await("its end", () -> statuses(provider).isEmpty());
            assertThat(provider.start(ref, TOKEN)).isEqualTo(new ProviderOutcome.NotFound());
            assertThat(laptop.processes()).isEmpty();
        }
    }

    @Test
    void aLateRepetitionOfALaunchDoesNotLaunchAgain() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            provider.terminate(ref, TOKEN);
            assertThat(provider.launch(Laptop.request(provider, "i-1", "launch-i-1")))
                    .isEqualTo(new ProviderOutcome.Accepted(ref));
            assertThat(statuses(provider)).isEmpty();
            assertThat(laptop.processes()).isEmpty();
        }
    }

    @Test
    void refusesASecondLaunchUnderTheNameOfAnInstanceThatIsThere() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            laptop.launch(provider, "i-1");
            assertThat(provider.launch(Laptop.request(provider, "i-1", "another")))
                    .isInstanceOfSatisfying(ProviderOutcome.Invalid.class, invalid -> assertThat(invalid.why())
                            .contains("root"));
            assertThat(laptop.starts("i-1")).hasSize(1);
        }
    }

    @Test
    void neverLeavesItsRootWhateverTheReference() throws Exception {
        Path outside = Files.createDirectories(laptop.root().resolveSibling("outside"));
        try (ComputeProvider provider = laptop.open()) {
            for (String ref : List.of("../outside", "..", ".", ".trash", "", "a/b", "/tmp")) {
                assertThat(provider.terminate(ref, TOKEN)).isEqualTo(new ProviderOutcome.NotFound());
            }
            assertThat(outside).exists();
            LaunchRequest request = Laptop.request(provider, "i/../x:1@y", "launch");
            assertThat(provider.launch(request)).isEqualTo(new ProviderOutcome.Accepted("i%2F..%2Fx%3A1%40y"));
            assertThat(provider.describe(Laptop.INSTALLATION))
                    .extracting(ProviderInstance::tags)
                    .containsExactly(request.tags());
        }
    }

    @Test
    void keepsSecretsFromOtherUsersAndFromCommandLines() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            Path folder = laptop.root().resolve(ref);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("registration-token"))))
                    .isEqualTo("rw-------");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.filter(Files::isRegularFile).filter(file -> !file.endsWith("registration-token")))
                        .allSatisfy(file -> assertThat(file).content().doesNotContain(Laptop.SECRET));
            }
            for (long pid : laptop.processes()) {
                assertThat(Files.readString(
                                Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1))
                        .doesNotContain(Laptop.SECRET);
            }
        }
    }

    @Test
    void givesTheAgentNothingOfTheControlPlanesEnvironmentButWhatItNeeds() throws Exception {
        try (ComputeProvider provider = laptop.open()) {
            String ref = laptop.launch(provider, "i-1");
            assertThat(Files.readAllLines(laptop.home(ref).resolve("environment")))
                    .contains("WARMFRONT_URL", "WARMFRONT_INSTANCE", "WARMFRONT_HOME", "WARMFRONT_REGISTRATION_TOKEN")
                    .isSubsetOf(
                            "WARMFRONT_URL",
                            "WARMFRONT_INSTANCE",
                            "WARMFRONT_HOME",
                            "WARMFRONT_REGISTRATION_TOKEN",
                            "MALLOC_ARENA_MAX",
                            "HOME",
                            "PATH",
                            "LANG",
                            "LC_ALL",
                            "TZ");
        }
    }

    @Test
    void pretendsThatBootingAndResumingTakeTime() throws Exception {
        laptop.with("boot-delay-seconds", "0.6").with("resume-delay-seconds", "0.4");
        try (ComputeProvider provider = laptop.open()) {
            long before = System.nanoTime();
            provider.launch(Laptop.request(provider, "i-1", "launch"));
            assertThat(statuses(provider)).containsExactly(Status.PENDING);
            laptop.awaitStarts("i-1", 1);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(600), Duration.ofSeconds(3));
            provider.stop("i-1", StandbyMode.SUSPENDED, TOKEN);
            provider.start("i-1", TOKEN);
            assertThat(statuses(provider)).containsExactly(Status.PENDING);
            assertThat(laptop.processes()).allMatch(ProcessTable::frozen);
            Laptop.await("resumed", () -> statuses(provider).equals(List.of(Status.RUNNING)));
            assertThat(laptop.processes()).noneMatch(ProcessTable::frozen);
        }
    }

    @Test
    void anInstanceThatIsStoppedGivesItsCpuToAnother() throws Exception {
        laptop.with("total-cpu-millis", "1000");
        ProviderOutcome full = new ProviderOutcome.InsufficientCapacity("a", "local.small");
        try (ComputeProvider provider = laptop.open()) {
            laptop.launch(provider, "i-1");
            assertThat(provider.launch(Laptop.request(provider, "i-2", "launch-i-2")))
                    .isEqualTo(full);
            provider.stop("i-1", StandbyMode.STOPPED, TOKEN);
            laptop.launch(provider, "i-2");
            assertThat(provider.start("i-1", TOKEN)).isEqualTo(full);
            assertThat(statuses(provider)).containsExactly(Status.STOPPED, Status.RUNNING);
            provider.stop("i-2", StandbyMode.SUSPENDED, TOKEN);
            assertThat(provider.start("i-1", TOKEN)).isEqualTo(full);
            assertThat(provider.start("i-2", TOKEN)).isEqualTo(new ProviderOutcome.Accepted("i-2"));
        }
    }

    @Test
    void twoControlPlanesOverOneRootSeeTheSameAndBothTellOfAnEnd() throws Exception {
        laptop.with("max-instances", "1");
        List<ProviderEvent> told = new CopyOnWriteArrayList<>();
        try (ComputeProvider one = laptop.open();
                ComputeProvider two = laptop.open();
                var _ = one.events(told::add);
                var _ = two.events(told::add)) {
            String ref = laptop.launch(one, "i-1");
            assertThat(two.describe(Laptop.INSTALLATION)).isEqualTo(one.describe(Laptop.INSTALLATION));
            assertThat(two.launch(Laptop.request(two, "i-2", "launch-i-2")))
                    .isInstanceOf(ProviderOutcome.InsufficientCapacity.class);
            two.terminate(ref, TOKEN);
            Laptop.await("both tell", () -> told.size() == 2);
            assertThat(told).containsOnly(new ProviderEvent.Ended(ref));
        }
    }
}
