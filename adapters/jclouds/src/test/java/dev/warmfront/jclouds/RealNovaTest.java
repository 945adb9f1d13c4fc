package dev.warmfront.jclouds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderSubject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract on a real Nova: {@code WARMFRONT_OS_ENDPOINT} names Keystone, {@code WARMFRONT_OS_IMAGE} an image, and
 * {@code WARMFRONT_OS_USER}, {@code _PASSWORD}, {@code _PROJECT} and {@code _FLAVOR} the rest (admin, os, admin, m1.tiny).
 * {@code WARMFRONT_OS_HUGE}, if set, is a flavor that no host has room for. It ends every server of its installations.
 */
@EnabledIfEnvironmentVariable(named = "WARMFRONT_OS_ENDPOINT", matches = "https?://.+")
class RealNovaTest extends ProviderContractTest {

    private static final CloudProvider.Pace PACE =
            new CloudProvider.Pace(Duration.ofMillis(200), Duration.ofSeconds(1), 3);

    private static String variable(String name, String otherwise) {
        return Objects.requireNonNullElse(System.getenv("WARMFRONT_OS_" + name), otherwise);
    }

    private static NovaProvider open(String flavors) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "endpoint",
                variable("ENDPOINT", ""),
                "user",
                variable("USER", "admin"),
                "password",
                variable("PASSWORD", "os"),
                "project",
                variable("PROJECT", "admin"),
                "image",
                variable("IMAGE", ""),
                "machine-types",
                flavors,
                "transition-seconds",
                "120"));
        return NovaProvider.open(NovaProject.ID, NovaSettings.parse(settings), PACE);
    }

    @Override
    protected ProviderSubject subject() {
        return new Subject();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "WARMFRONT_OS_HUGE", matches = ".+")
    void leavesNothingBehindWhenNoHostHasRoom() throws Exception {
        try (Subject subject = new Subject();
                NovaProvider provider = open(variable("HUGE", "") + ":1")) {
            Offering huge = provider.offerings().getFirst();
            assertThat(provider.launch(Launches.of(NovaProject.INSTALLATION, huge, "huge")))
                    .isInstanceOf(ProviderOutcome.InsufficientCapacity.class);
            assertThat(provider.describe(NovaProject.INSTALLATION)).isEmpty();
            assertThat(subject.adapter()).isEqualTo("openstack-nova");
        }
    }

    private static final class Subject implements ProviderSubject {

        Subject() {
            clean();
        }

        @Override
        public String adapter() {
            return "openstack-nova";
        }

        @Override
        public ComputeProvider open() {
            return RealNovaTest.open(variable("FLAVOR", "m1.tiny") + ":0.05");
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.empty();
        }

        @Override
        public boolean endFromOutside(String ref) {
            try (ComputeProvider somebodyElse = open()) {
                somebodyElse.terminate(ref, new IntentToken("outside"));
            }
            return true;
        }

        @Override
        public Duration patience() {
            return Duration.ofMinutes(1);
        }

        @Override
        public void close() {
            clean();
        }

        private void clean() {
            try (ComputeProvider provider = open()) {
                for (String installation : List.of("contract", "neighbour", NovaProject.INSTALLATION)) {
                    for (ProviderInstance left : provider.describe(installation)) {
                        provider.terminate(left.ref(), new IntentToken("clean"));
                    }
                }
            }
        }
    }
}
