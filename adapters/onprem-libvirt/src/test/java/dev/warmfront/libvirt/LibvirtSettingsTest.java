package dev.warmfront.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.ProvidersPage;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibvirtSettingsTest {

    private final Map<String, String> given =
            new TreeMap<>(Map.of("hosts", "a=qemu:///system", "base-image", "b.qcow2"));

    @Test
    void isFoundByItsKindWithoutLoadingTheLibrary() {
        assertThat(ServiceLoader.load(ComputeProviderFactory.class))
                .extracting(ComputeProviderFactory::kind)
                .contains("libvirt");
    }

    @Test
    void hasItsSettingsInTheDocumentation() {
        ProvidersPage.checkSettings(new LibvirtProviderFactory());
    }

    @Test
    void worksWithHostsAndImageAlone() {
        LibvirtSettings settings = SettingsReader.read(given);
        assertThat(settings.hosts()).containsExactly(new HostSettings("a", "qemu:///system", null, List.of()));
        assertThat(settings.image())
                .isEqualTo(new LibvirtSettings.Image(
                        "warmfront", "", "b.qcow2", "", "", "console=ttyS0 quiet", DomainType.KVM));
        assertThat(settings.network()).isEqualTo(new LibvirtSettings.Network(LibvirtSettings.Network.Kind.USER, ""));
        assertThat(settings.controlPlane()).isEmpty();
        assertThat(settings.bootstrapFolder()).isEmpty();
        assertThat(settings.hasGpus()).isFalse();
        assertThat(settings.limits())
                .isEqualTo(new LibvirtSettings.Limits(
                        100,
                        BigDecimal.ONE,
                        1L << 30,
                        false,
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(20)));
        assertThat(settings.types()).singleElement().satisfies(type -> {
            assertThat(type.machine().name()).isEqualTo("libvirt.small");
            assertThat(type.machine().capacity()).isEqualTo(Resources.of(1000, 1L << 30));
            assertThat(type.processors()).isEqualTo(1);
            assertThat(type.hot()).isEqualTo(dollars("0.05"));
            assertThat(type.standby())
                    .isEqualTo(Map.of(
                            StandbyMode.STOPPED, dollars("0.0025"),
                            StandbyMode.HIBERNATED, dollars("0.0025"),
                            StandbyMode.SUSPENDED, dollars("0.025")));
        });
    }

    @Test
    void takesEverySettingThatItDeclares() {
        given.put("hosts", "a=qemu+ssh://root@rack1/system  b=qemu+unix:///session?socket=/run/x");
        given.put("pool", "disks");
        given.put("pool-folder", "/var/lib/disks");
        given.put("kernel", "/boot/vmlinux");
        given.put("initrd", "/boot/initrd");
        given.put("kernel-arguments", "quiet a=1,2");
        given.put("domain-type", "qemu");
        given.put("network", "bridge:br0");
        given.put("control-plane-url", "https://warmfront.example:8443");
        given.put("machine-types", "small:2000:1073741824:0.1, gpu:4000:8589934592:0.7:L4=1+A2=2");
        given.put("suspended-fraction", "0.25");
        given.put("standby-fraction", "0.1");
        given.put("max-instances", "7");
        given.put("cpu-overcommit", "2.5");
        given.put("memory-reserve-bytes", "4096");
        given.put("host-capacity", "b:8000:17179869184");
        given.put("gpu-devices", "b/L4/0000:65:00.0+0000:65:00.1,b/A2/c2177883-f1bb-47f0-914d-32a22e3a8804");
        given.put("gpu-managed", "true");
        given.put("shutdown-seconds", "5");
        given.put("call-seconds", "1.5");
        given.put("slow-call-seconds", "60");
        given.put("bootstrap-folder", "/run/warmfront");
        LibvirtSettings settings = SettingsReader.read(given);
        assertThat(settings.hosts())
                .containsExactly(
                        new HostSettings("a", "qemu+ssh://root@rack1/system", null, List.of()),
                        new HostSettings(
                                "b",
                                "qemu+unix:///session?socket=/run/x",
                                Resources.of(8000, 17179869184L),
                                List.of(
                                        new HostSettings.Gpu("L4", List.of("0000:65:00.0", "0000:65:00.1")),
                                        new HostSettings.Gpu("A2", List.of("c2177883-f1bb-47f0-914d-32a22e3a8804")))));
        assertThat(settings.image())
                .isEqualTo(new LibvirtSettings.Image(
                        "disks",
                        "/var/lib/disks",
                        "b.qcow2",
                        "/boot/vmlinux",
                        "/boot/initrd",
                        "quiet a=1,2",
                        DomainType.QEMU));
        assertThat(settings.network())
                .isEqualTo(new LibvirtSettings.Network(LibvirtSettings.Network.Kind.BRIDGE, "br0"));
        assertThat(settings.controlPlane()).isEqualTo(Optional.of(URI.create("https://warmfront.example:8443")));
        assertThat(settings.bootstrapFolder()).isEqualTo(Optional.of(Path.of("/run/warmfront")));
        assertThat(settings.limits())
                .isEqualTo(new LibvirtSettings.Limits(
                        7,
                        new BigDecimal("2.5"),
                        4096,
                        true,
                        Duration.ofMillis(1500),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5)));
        assertThat(settings.types().getFirst().standby())
                .containsEntry(StandbyMode.SUSPENDED, dollars("0.025"))
                .containsEntry(StandbyMode.HIBERNATED, dollars("0.01"));
        assertThat(settings.types().getLast().machine().capacity().gpuMillis())
                .isEqualTo(Map.of("L4", 1000L, "A2", 2000L));
        assertThat(LibvirtSettings.DECLARED)
                .extracting(Setting::name)
                .containsExactlyInAnyOrderElementsOf(given.keySet());
    }

    private static HourlyRate dollars(String amount) {
        return HourlyRate.ofDollars(new BigDecimal(amount));
    }

    @ParameterizedTest
    @CsvSource({
        "hosts,''",
        "hosts,rack1",
        "hosts,rack1=nowhere",
        "hosts,a=qemu:///system a=qemu:///session",
        "base-image,''",
        "base-image,/a/path.qcow2",
        "pool,with space",
        "pool-folder,relative",
        "kernel,relative",
        "initrd,/boot/initrd",
        "domain-type,xen",
        "network,vlan:3",
        "network,bridge:",
        "control-plane-url,ftp://x",
        "control-plane-url,http://a b",
        "machine-types,small:1000",
        "machine-types,small:1500:1024:0.1",
        "machine-types,small:1000:x:0.1",
        "machine-types,small:1000:1024:cheap",
        "machine-types,small:1000:1024:0.1:L4",
        "'machine-types','a:1000:1:0,a:1000:1:0'",
        "suspended-fraction,1.1",
        "standby-fraction,-1",
        "max-instances,0",
        "cpu-overcommit,0",
        "memory-reserve-bytes,1GiB",
        "host-capacity,b:1000:1",
        "host-capacity,a:1000",
        "gpu-devices,a/L4/65:00.0",
        "gpu-devices,b/L4/0000:65:00.0",
        "'gpu-devices','a/L4/0000:65:00.0,a/L4/0000:65:00.0'",
        "gpu-managed,maybe",
        "shutdown-seconds,long",
        "call-seconds,0",
        "slow-call-seconds,0",
        "bootstrap-folder,relative",
        "colour,blue"
    })
    void namesTheSettingThatIsWrong(String setting, String value) {
        given.put(setting, value);
        assertThatThrownBy(() -> SettingsReader.read(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting " + setting + " ");
    }
}
