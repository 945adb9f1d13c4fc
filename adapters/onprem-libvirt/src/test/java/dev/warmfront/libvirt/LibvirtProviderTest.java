package dev.warmfront.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.ProviderOutcome.Accepted;
import dev.warmfront.domain.ProviderOutcome.InsufficientCapacity;
import dev.warmfront.domain.ProviderOutcome.Invalid;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.libvirt.Marks.Phase;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import dev.warmfront.spi.ProviderUnavailableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes beyond the contract, on QEMU: faults of a host, files of a guest, calls that were cut short. */
class LibvirtProviderTest {

    private static final IntentToken TOKEN = new IntentToken("token");
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private static @Nullable Hypervisor started;

    @BeforeAll
    static void startHost() throws Exception {
        Hypervisor.require(Hypervisor.missing());
        started = new Hypervisor();
        started.makeDisk(Lab.BASE, "16M");
    }

    @AfterAll
    static void endHost() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void clearHost() throws IOException {
        hypervisor().clear();
    }

    private static Hypervisor hypervisor() {
        if (started == null) {
            throw new IllegalStateException("no host was started");
        }
        return started;
    }

    private static Lab lab() {
        return new Lab(hypervisor());
    }

    private static String launch(ComputeProvider provider, String instance) {
        return accepted(provider.launch(Lab.request(provider, instance)));
    }

    private static String accepted(ProviderOutcome outcome) {
        assertThat(outcome).isInstanceOf(Accepted.class);
        return ((Accepted) outcome).ref();
    }

    private static List<Status> statuses(ComputeProvider provider) {
        return provider.describe(Lab.INSTALLATION).stream()
                .map(ProviderInstance::status)
                .toList();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waiting for: %s", what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void givesAGuestItsSecretInAFileThatGoesWithIt() throws Exception {
        try (ComputeProvider provider = lab().open()) {
            String ref = launch(provider, "i-1");
            Path bootstrap = hypervisor().guestFiles().stream()
                    .filter(file -> file.toString().endsWith(".boot"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readString(bootstrap)).startsWith("""
                            WARMFRONT_URL=http://10.0.2.2:8080
                            WARMFRONT_INSTANCE=i-1
                            WARMFRONT_REGISTRATION_TOKEN=secret-of-i-1
                            """);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bootstrap)))
                    .isEqualTo("rw-------");
            accepted(provider.terminate(ref, TOKEN));
            assertThat(hypervisor().guestFiles()).isEmpty();
            assertThat(hypervisor().emulators()).isEmpty();
        }
    }

    @Test
    void startsColdFromACorruptSavedImage() throws Exception {
        try (ComputeProvider provider = lab().open()) {
            String ref = launch(provider, "i-1");
            accepted(provider.stop(ref, StandbyMode.HIBERNATED, TOKEN));
            try (Stream<Path> images = Files.list(hypervisor().saved())) {
                for (Path image : images.toList()) {
                    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                        file.setLength(file.length() / 4);
                    }
                }
            }
            assertThat(statuses(provider)).containsExactly(Status.HIBERNATED);
            assertThat(accepted(provider.start(ref, TOKEN))).isEqualTo(ref);
            assertThat(statuses(provider)).containsExactly(Status.RUNNING);
            accepted(provider.stop(ref, StandbyMode.HIBERNATED, TOKEN));
            assertThat(statuses(provider)).containsExactly(Status.HIBERNATED);
        }
    }

    @Test
    void bootsAGuestWhoseSavedImageSomebodyRemoved() throws Exception {
        try (ComputeProvider provider = lab().open()) {
            String ref = launch(provider, "i-1");
            accepted(provider.stop(ref, StandbyMode.HIBERNATED, TOKEN));
            try (Connection connection =
                    Connection.open(NativeLibrary.load(), hypervisor().uri())) {
                connection.forgetSaved(UUID.fromString(Lab.uuid(ref)));
            }
            assertThat(statuses(provider)).containsExactly(Status.STOPPED);
            accepted(provider.start(ref, TOKEN));
            assertThat(statuses(provider)).containsExactly(Status.RUNNING);
        }
    }

    @Test
    void saysThatAHostIsFullWhenItsMemoryIsAndLeavesNothing() throws Exception {
        Lab lab = lab().with("machine-types", "small:1000:16777216:0.05,huge:1000:70368744177664:0.05")
                .with("host-capacity", "a:64000:140737488355328");
        try (ComputeProvider provider = lab.open()) {
            assertThat(provider.launch(Lab.request(provider, "i-1", 1)))
                    .isEqualTo(new InsufficientCapacity("a", "huge"));
            assertThat(provider.describe(Lab.INSTALLATION)).isEmpty();
            assertThat(hypervisor().guestFiles()).isEmpty();
            launch(provider, "i-2");
        }
    }

    @Test
    void countsEverybodysGuestsAndRefusesAWakeUpThatHasNoRoom() throws Exception {
        Lab lab = lab().with("host-capacity", "a:2000:68719476736");
        try (ComputeProvider provider = lab.open()) {
            String first = launch(provider, "i-1");
            accepted(provider.stop(first, StandbyMode.HIBERNATED, TOKEN));
            launch(provider, "i-2");
            launch(provider, "i-3");
            assertThat(provider.start(first, TOKEN)).isEqualTo(new InsufficientCapacity("a", "small"));
            assertThat(provider.launch(Lab.request(provider, "i-4"))).isEqualTo(new InsufficientCapacity("a", "small"));
            assertThat(statuses(provider)).containsExactlyInAnyOrder(Status.HIBERNATED, Status.RUNNING, Status.RUNNING);
        }
    }

    @Test
    void knowsTheHostsOwnMemory() throws Exception {
        Lab lab = lab().with("machine-types", "vast:1000:1099511627776:0.05");
        lab.settings().remove("host-capacity");
        try (ComputeProvider provider = lab.open()) {
            assertThat(provider.launch(Lab.request(provider, "i-1"))).isEqualTo(new InsufficientCapacity("a", "vast"));
        }
    }

    @Test
    void survivesADaemonThatIsKilledAndSeesWhatHappenedMeanwhile() throws Exception {
        try (ComputeProvider provider = lab().with("call-seconds", "5").open()) {
            List<ProviderEvent> told = new CopyOnWriteArrayList<>();
            String lives = launch(provider, "i-1");
            String dies = launch(provider, "i-2");
            String sleeps = launch(provider, "i-3");
            accepted(provider.stop(sleeps, StandbyMode.HIBERNATED, TOKEN));
            try (var _ = provider.events(told::add)) {
                assertThat(statuses(provider)).hasSize(3);
                hypervisor().kill();
                lab().kill(dies);
                assertThat(statuses(provider))
                        .as("nothing is known")
                        .containsOnly(Status.UNRECOGNIZED)
                        .hasSize(3);
                assertThatThrownBy(() -> provider.start(lives, TOKEN))
                        .isInstanceOfSatisfying(ProviderUnavailableException.class, away -> assertThat(away.retryable())
                                .isTrue())
                        .hasMessageContaining("host a cannot be reached")
                        .hasMessageContaining("setting hosts");
                hypervisor().start();
                await("the end to be told", () -> told.contains(new ProviderEvent.Ended(dies)));
                assertThat(told).hasSize(1);
                assertThat(provider.describe(Lab.INSTALLATION))
                        .extracting(ProviderInstance::ref, ProviderInstance::status)
                        .containsExactlyInAnyOrder(
                                org.assertj.core.groups.Tuple.tuple(lives, Status.RUNNING),
                                org.assertj.core.groups.Tuple.tuple(sleeps, Status.HIBERNATED));
                accepted(provider.start(sleeps, TOKEN));
                lab().kill(lives);
                await("the next end to be told", () -> told.contains(new ProviderEvent.Ended(lives)));
            }
        }
    }

    @Test
    void doesNotHangWhenAHostHangs() throws Exception {
        try (ComputeProvider provider =
                lab().with("call-seconds", "2").with("slow-call-seconds", "10").open()) {
            String ref = launch(provider, "i-1");
            assertThat(statuses(provider)).containsExactly(Status.RUNNING);
            hypervisor().signal("STOP");
            try {
                for (int i = 0; i < 5; i++) {
                    assertThatThrownBy(() -> provider.start(ref, TOKEN))
                            .isInstanceOf(ProviderUnavailableException.class)
                            .hasMessageContaining("does not answer")
                            .hasMessageContaining("setting hosts");
                }
                assertThat(statuses(provider)).containsExactly(Status.UNRECOGNIZED);
            } finally {
                hypervisor().signal("CONT");
            }
            await("the host to be back", () -> statuses(provider).equals(List.of(Status.RUNNING)));
            accepted(provider.terminate(ref, TOKEN));
        }
    }

    @Test
    void finishesALaunchThatWasCutShortBeforeTheGuestHadFiles() throws Exception {
        LaunchRequest request;
        try (ComputeProvider provider = lab().open()) {
            // The pool comes to be with the first launch.
            accepted(provider.terminate(launch(provider, "i-0"), TOKEN));
            request = Lab.request(provider, "i-1");
        }
        UUID uuid = LibvirtProvider.uuidOf(request);
        Marks marks = new Marks(request.tags(), "small", Phase.LAUNCHING, List.of());
        String name = "warmfront-i-1-" + uuid.toString().substring(0, 8);
        String path = hypervisor().pool().resolve(name).toString();
        DomainXml.Plan plan =
                new DomainXml.Plan(uuid, name, marks, 1, 16 << 20, path + ".qcow2", path + ".boot", List.of());
        try (Connection connection =
                Connection.open(NativeLibrary.load(), hypervisor().uri())) {
            connection.define(DomainXml.domain(plan, SettingsReader.read(lab().settings())));
        }
        try (ComputeProvider provider = lab().open()) {
            assertThat(statuses(provider)).containsExactly(Status.PENDING);
            accepted(provider.launch(request));
            assertThat(statuses(provider)).containsExactly(Status.RUNNING);
            assertThat(hypervisor().guestFiles()).hasSize(3);
        }
    }

    @Test
    void finishesAStopThatWasCutShort() throws Exception {
        try (ComputeProvider provider = lab().open()) {
            String ref = launch(provider, "i-1");
            UUID uuid = UUID.fromString(Lab.uuid(ref));
            try (Connection connection =
                    Connection.open(NativeLibrary.load(), hypervisor().uri())) {
                Guest guest = connection.domain(uuid).flatMap(Guest::of).orElseThrow();
                connection.mark(uuid, guest.marks().in(Phase.STANDBY));
            }
            assertThat(statuses(provider)).containsExactly(Status.STOPPING);
            accepted(provider.start(ref, TOKEN));
            assertThat(statuses(provider)).containsExactly(Status.RUNNING);
            accepted(provider.stop(ref, StandbyMode.STOPPED, TOKEN));
            assertThat(statuses(provider)).containsExactly(Status.STOPPED);
        }
    }

    @Test
    void clearsAwayWhatEndedByItself() throws Exception {
        try (ComputeProvider provider = lab().open()) {
            String ref = launch(provider, "i-1");
            lab().kill(ref);
            await("the end to be seen", () -> provider.describe(Lab.INSTALLATION)
                    .isEmpty());
            assertThat(hypervisor().guestFiles()).isEmpty();
            assertThat(provider.start(ref, TOKEN)).isEqualTo(new ProviderOutcome.NotFound());
        }
    }

    @Test
    void namesTheSettingBehindABadImageKernelOrPool() throws Exception {
        Files.writeString(hypervisor().pool().resolve("text.qcow2"), "not an image ".repeat(1000));
        hypervisor().own(hypervisor().pool());
        assertRefused(lab().with("base-image", "absent.qcow2"), "setting base-image");
        assertRefused(lab().with("base-image", "text.qcow2"), "setting base-image");
        assertRefused(lab().with("kernel", "/no/such/kernel"), "settings kernel and initrd");
        assertRefused(lab().with("pool", "absent").with("pool-folder", ""), "set pool-folder");
        assertRefused(lab().with("network", "network:absent"), "setting network");
        assertThat(hypervisor().guestFiles()).isEmpty();
    }

    private static void assertRefused(Lab lab, String setting) {
        try (ComputeProvider provider = lab.open()) {
            assertThat(provider.launch(Lab.request(provider, "i-1")))
                    .isInstanceOfSatisfying(Invalid.class, invalid -> assertThat(invalid.why())
                            .contains(setting)
                            .contains("host a")
                            .doesNotContain("\n"));
            assertThat(provider.describe(Lab.INSTALLATION)).isEmpty();
        }
    }

    @Test
    void namesTheHostsSettingBehindAWrongAddressAndSaysWhetherWaitingHelps() {
        assertAway("a=qemu+unix:///session?socket=/no/such/socket", true);
        assertAway("a=qemu+pigeon://rack1/system", false);
        assertAway("a=qemu+tcp://no-such-host.invalid/system", false);
    }

    private static void assertAway(String hosts, boolean retryable) {
        try (ComputeProvider provider = lab().with("hosts", hosts).open()) {
            assertThatThrownBy(() -> provider.launch(Lab.request(provider, "i-1")))
                    .isInstanceOfSatisfying(ProviderUnavailableException.class, away -> {
                        assertThat(away.retryable()).as(hosts).isEqualTo(retryable);
                        assertThat(away).hasMessageContaining("setting hosts").hasMessageContaining(hosts.substring(2));
                    });
        }
    }

    @Test
    void goesOnWithTheOtherHostsWhenOneIsAway() throws Exception {
        try (Hypervisor second = new Hypervisor()) {
            second.makeDisk(Lab.BASE, "16M");
            Lab lab = lab().with("hosts", "a=" + hypervisor().uri() + " b=" + second.uri())
                    .with("host-capacity", "a:64000:68719476736,b:64000:68719476736");
            // Each host has its own folder, which the one setting cannot name.
            try (Connection connection = Connection.open(NativeLibrary.load(), second.uri())) {
                connection.makePool(
                        "warmfront", DomainXml.pool("warmfront", second.pool().toString()));
            }
            try (ComputeProvider provider = lab.open()) {
                assertThat(provider.offerings())
                        .extracting(offering -> offering.placement().zone())
                        .containsExactly("a", "b");
                String onFirst = launch(provider, "i-1");
                String onSecond = accepted(provider.launch(Lab.request(provider, "i-2", 1)));
                assertThat(onFirst).startsWith("a/");
                assertThat(onSecond).startsWith("b/");
                assertThat(statuses(provider)).containsExactly(Status.RUNNING, Status.RUNNING);
                second.kill();
                assertThat(statuses(provider)).containsExactly(Status.RUNNING, Status.UNRECOGNIZED);
                assertThat(provider.launch(Lab.request(provider, "i-3", 1))).isInstanceOf(InsufficientCapacity.class);
                launch(provider, "i-4");
                second.start();
                await("the host to be back", () -> !statuses(provider).contains(Status.UNRECOGNIZED));
                accepted(provider.terminate(onSecond, TOKEN));
            }
        }
    }
}
