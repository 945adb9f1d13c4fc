package dev.warmfront.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.cost.PriceBook;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.ProvidersPage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSettingsTest {

    private final Map<String, String> given = new TreeMap<>();
    private final Path folder;

    LocalSettingsTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        given.put("root", folder.resolve("root").toString());
        given.put("agent-jar", Files.createFile(folder.resolve("agent.jar")).toString());
    }

    private List<Offering> offerings() {
        try (ComputeProvider provider = new LocalProviderFactory().create(new ProviderId("local"), given)) {
            return provider.offerings();
        }
    }

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ComputeProviderFactory.class))
                .extracting(ComputeProviderFactory::kind)
                .contains("local");
    }

    @Test
    void worksWithRootAndJarAlone() {
        LocalSettings settings = LocalSettings.parse(given);
        assertThat(settings.maxInstances()).isEqualTo(4);
        assertThat(settings.bootDelay()).isZero();
        assertThat(settings.resumeDelay()).isZero();
        assertThat(settings.java()).isExecutable();
        assertThat(offerings()).singleElement().satisfies(offering -> {
            assertThat(offering.id()).hasToString("local/local/a/local.small/on-demand");
            assertThat(offering.machineType().capacity().cpuMillis()).isEqualTo(1000);
            assertThat(offering.machineType().capacity().memoryBytes()).isEqualTo(1L << 30);
            assertThat(offering.machineType().capacity().gpuMillis()).isEmpty();
            assertThat(offering.hotRate()).isEqualTo(HourlyRate.ofDollars(new BigDecimal("0.0416")));
            HourlyRate standby = HourlyRate.ofDollars(new BigDecimal("0.00208"));
            assertThat(offering.standbyRates())
                    .isEqualTo(Map.of(StandbyMode.STOPPED, standby, StandbyMode.SUSPENDED, standby));
        });
    }

    @Test
    void hasThePriceOfAnyMachineOfThePriceBook() {
        given.put("price-as", "aws/us-east-1/m7i.large");
        var listed = PriceBook.bundled()
                .find(new ProviderId("aws"), "us-east-1", "m7i.large")
                .orElseThrow();
        assertThat(LocalSettings.parse(given).types().getFirst().hot()).isEqualTo(listed.onDemand());
        given.put("hourly-usd", "0.5");
        assertThatThrownBy(() -> LocalSettings.parse(given))
                .hasMessage("setting hourly-usd cannot be set together with price-as");
        given.remove("hourly-usd");
        given.put("price-as", "aws/us-east-1/m99.huge");
        assertThatThrownBy(() -> LocalSettings.parse(given))
                .hasMessage("setting price-as names no machine of the price book: aws/us-east-1/m99.huge");
        given.put("price-as", "m7i.large");
        assertThatThrownBy(() -> LocalSettings.parse(given)).hasMessageContaining("PROVIDER/REGION/TYPE");
    }

    @Test
    void takesEverySettingThatItDeclares() {
        given.put("java", LocalSettings.parse(given).java().toString());
        given.put("max-instances", "7");
        given.put("total-cpu-millis", "4000");
        given.put("total-memory-bytes", "8589934592");
        given.put("machine-type", "local.big");
        given.put("cpu-millis", "2500");
        given.put("memory-bytes", "2048");
        given.put("hourly-usd", "0.5");
        given.put("standby-fraction", "0.1");
        given.put("gpus", "L4=1,T4=2");
        given.put("boot-delay-seconds", "1.5");
        given.put("resume-delay-seconds", "0.25");
        LocalSettings settings = LocalSettings.parse(given);
        assertThat(settings.maxInstances()).isEqualTo(7);
        assertThat(settings.total().cpuMillis()).isEqualTo(4000);
        assertThat(settings.total().memoryBytes()).isEqualTo(8589934592L);
        assertThat(settings.bootDelay()).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.resumeDelay()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.types()).singleElement().satisfies(type -> {
            assertThat(type.machine().name()).isEqualTo("local.big");
            assertThat(type.machine().capacity().cpuMillis()).isEqualTo(2500);
            assertThat(type.machine().capacity().memoryBytes()).isEqualTo(2048);
            assertThat(type.machine().capacity().gpuMillis()).isEqualTo(Map.of("L4", 1000L, "T4", 2000L));
            assertThat(type.hot()).isEqualTo(HourlyRate.ofDollars(new BigDecimal("0.5")));
            assertThat(type.standby()).isEqualTo(HourlyRate.ofDollars(new BigDecimal("0.05")));
        });
        given.put("machine-types", "");
        given.put("price-as", "");
        assertThat(LocalSettings.DECLARED).extracting(Setting::name).containsAll(given.keySet());
        assertThat(given).hasSize(LocalSettings.DECLARED.size());
    }

    @Test
    void takesSeveralMachineTypes() {
        given.put("machine-types", "small:1000:1073741824:0.0104, gpu:4000:8589934592:0.7:L4=1+T4=2");
        assertThat(offerings())
                .extracting(offering -> offering.id().toString())
                .containsExactly("local/local/a/small/on-demand", "local/local/a/gpu/on-demand");
        assertThat(offerings().getLast().machineType().capacity().gpuMillis())
                .isEqualTo(Map.of("L4", 1000L, "T4", 2000L));
        try (ComputeProvider provider = new LocalProviderFactory().create(new ProviderId("local"), given)) {
            assertThat(provider.capabilities())
                    .containsExactlyInAnyOrder(Capability.STOP, Capability.SUSPEND, Capability.EVENTS, Capability.GPU);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "root,''",
        "agent-jar,''",
        "agent-jar,/no/such/agent.jar",
        "java,/no/such/java",
        "max-instances,0",
        "max-instances,many",
        "max-instances,99999",
        "total-cpu-millis,-1",
        "total-memory-bytes,1.5",
        "machine-type,with/slash",
        "cpu-millis,0",
        "memory-bytes,1GiB",
        "hourly-usd,-0.1",
        "hourly-usd,0.0000000001",
        "hourly-usd,cheap",
        "standby-fraction,1.1",
        "boot-delay-seconds,3601",
        "resume-delay-seconds,-1",
        "gpus,L4",
        "gpus,L4=0",
        "'gpus','L4=1,L4=2'",
        "machine-types,small:1000",
        "machine-types,small:1000:x:0.1",
        "'machine-types','a:1:1:0,a:1:1:0'",
        "colour,blue"
    })
    void namesTheSettingThatIsWrong(String setting, String value) {
        given.put(setting, value);
        assertThatThrownBy(() -> new LocalProviderFactory().create(new ProviderId("local"), given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting " + setting + " ");
    }

    @Test
    void namesTheSettingThatAListOfTypesReplaces() {
        given.put("machine-types", "small:1000:1073741824:0.0104");
        given.put("hourly-usd", "0.1");
        assertThatThrownBy(() -> LocalSettings.parse(given))
                .hasMessage("setting hourly-usd cannot be set together with machine-types");
    }

    @Test
    void namesTheRootThatIsAFile() throws IOException {
        given.put("root", Files.createFile(folder.resolve("file")).toString());
        assertThatThrownBy(() -> new LocalProviderFactory().create(new ProviderId("local"), given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting root");
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(new LocalProviderFactory());
    }
}
