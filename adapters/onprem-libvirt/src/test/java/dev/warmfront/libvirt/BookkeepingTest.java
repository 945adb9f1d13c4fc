package dev.warmfront.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.ProviderOutcome.Accepted;
import dev.warmfront.domain.ProviderOutcome.InsufficientCapacity;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.libvirt.Marks.Phase;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.ProviderUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to libvirt and read from it, on its test driver or on none. */
class BookkeepingTest {

    private static final IntentToken TOKEN = new IntentToken("token");
    private static final String URI = "test:///default";
    private static final String POOL = "default-pool";

    @Test
    void handsEachGpuToOneGuestForItsWholeLife(@TempDir Path folder) throws Exception {
        Hypervisor.require(Libraries.missing());
        try (Connection held = Connection.open(NativeLibrary.load(), URI)) {
            held.makeVolume(POOL, "base.qcow2", DomainXml.file("base.qcow2", 1 << 20));
            Map<String, String> settings = Map.of(
                    "hosts", "a=" + URI + " b=" + URI,
                    "domain-type", "test",
                    "pool", POOL,
                    "base-image", "base.qcow2",
                    "machine-types", "plain:1000:67108864:0.05,gpu:2000:67108864:0.9:L4=1,pair:2000:67108864:1.8:L4=2",
                    "host-capacity", "a:64000:68719476736,b:64000:68719476736",
                    "gpu-devices", "a/L4/0000:65:00.0+0000:65:00.1,a/L4/0000:66:00.0,a/A2/0000:67:00.0",
                    "bootstrap-folder", folder.toString());
            try (ComputeProvider provider = new LibvirtProviderFactory().create(new ProviderId("p"), settings)) {
                assertThat(provider.capabilities()).contains(Capability.GPU);
                assertThat(provider.offerings())
                        .extracting(offering -> offering.id().toString())
                        .containsExactly(
                                "p/onprem/a/plain/on-demand",
                                "p/onprem/a/gpu/on-demand",
                                "p/onprem/a/pair/on-demand",
                                "p/onprem/b/plain/on-demand");
                Offering gpu = provider.offerings().get(1);
                assertThat(gpu.standbyRates()).containsOnlyKeys(StandbyMode.STOPPED);
                ProviderOutcome first = provider.launch(Lab.request(provider, "i-1", 1));
                String ref = ((Accepted) first).ref();
                assertThat(provider.stop(ref, StandbyMode.HIBERNATED, TOKEN))
                        .isInstanceOf(ProviderOutcome.Unsupported.class);
                assertThat(provider.stop(ref, StandbyMode.SUSPENDED, TOKEN))
                        .isInstanceOf(ProviderOutcome.Unsupported.class);
                assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isEqualTo(first);
                assertThat(provider.launch(Lab.request(provider, "i-2", 2)))
                        .as("two are wanted and one is somebody's")
                        .isEqualTo(new InsufficientCapacity("a", "pair"));
                String second = ((Accepted) provider.launch(Lab.request(provider, "i-3", 1))).ref();
                assertThat(gpusOf(held, ref)).containsExactly("0000:65:00.0");
                assertThat(gpusOf(held, second)).containsExactly("0000:66:00.0");
                assertThat(provider.start(ref, TOKEN)).isEqualTo(first);
                provider.terminate(ref, TOKEN);
                provider.terminate(second, TOKEN);
                assertThat(provider.launch(Lab.request(provider, "i-4", 2))).isInstanceOf(Accepted.class);
            }
        }
    }

    private static List<String> gpusOf(Connection connection, String ref) throws LibvirtException {
        return connection
                .domain(UUID.fromString(Lab.uuid(ref)))
                .flatMap(Guest::of)
                .orElseThrow()
                .marks()
                .gpus();
    }

    @Test
    void writesEveryFunctionOfAnIommuGroupAndMediatedDevices() {
        Marks marks = new Marks(tags("home"), "gpu", Phase.LAUNCHING, List.of("0000:65:00.0"));
        String xml = DomainXml.domain(
                new DomainXml.Plan(
                        UUID.fromString("11111111-2222-3333-4444-555555555555"),
                        "warmfront-i",
                        marks,
                        2,
                        1 << 30,
                        "/pool/a'b.qcow2",
                        "/pool/a.boot",
                        List.of("0000:65:00.0", "c2177883-f1bb-47f0-914d-32a22e3a8804")),
                SettingsReader.read(Map.of("hosts", "a=qemu:///system", "base-image", "b", "gpu-managed", "true")));
        assertThat(xml)
                .contains("managed='yes'><source><address domain='0x0000' bus='0x65' slot='0x00' function='0x0'/>")
                .contains("type='mdev' model='vfio-pci'><source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/>")
                .contains("<source file='/pool/a&apos;b.qcow2'/>")
                .contains("<vcpu>2</vcpu>")
                .contains("<domain type='kvm'>");
    }

    @Test
    void readsTheMarksThatItWroteWhateverTheInstallationIsCalled() {
        Marks marks = new Marks(tags("<it's> & \"ours\""), "small", Phase.STANDBY, List.of("x", "y"));
        assertThat(Marks.read(marks.toXml())).contains(marks);
        assertThat(Marks.read(marks.toQualifiedXml())).contains(marks);
        assertThat(Marks.read(null)).isEmpty();
        assertThat(Marks.read("<instance phase='LIVE'/>")).isEmpty();
        assertThat(Marks.read("<instance")).isEmpty();
        assertThat(Marks.read("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><instance cell='&e;'/>"))
                .isEmpty();
    }

    @Test
    void saysWhoHasToLetTheControlPlaneIn() {
        LibvirtException denied = new LibvirtException(
                        38, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied")
                .whileOpening();
        ProviderUnavailableException away = Trouble.unavailable(
                new ProviderId("p"), "launch", new HostSettings("rack1", "qemu:///system", null, List.of()), denied);
        assertThat(away.retryable()).isFalse();
        assertThat(away)
                .hasMessage("host rack1 does not let the control plane in (Failed to connect socket to"
                        + " '/var/run/libvirt/libvirt-sock': Permission denied): give its user access to libvirt there, or"
                        + " change the URI qemu:///system in the setting hosts");
    }

    private static InstanceTags tags(String installation) {
        return new InstanceTags(installation, new CellId("c"), new InstanceId("i-1"), TOKEN);
    }
}
