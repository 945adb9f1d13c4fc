package dev.warmfront.gcp;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.cost.PriceBook;
import dev.warmfront.cost.PriceFileException;
import dev.warmfront.spi.Bootstrap;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.SettingValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Compute Engine provider is set up with.
 *
 * @param project the project's id
 * @param region for example {@code us-central1}
 * @param zones of that region
 * @param endpoint in place of Google's own; without credentials, so for stand-ins alone
 * @param credentialsFile a service account's key; empty for the platform's own credentials (application default)
 * @param image a partial URL of an image or an image family
 * @param diskGibibytes the boot disk, balanced
 * @param subnetwork a partial URL; empty for the default network
 * @param serviceAccount e-mail of the account of instances; empty for none
 * @param machineTypes what is offered by itself
 * @param groups types by the name of a group, of which whichever has capacity is launched
 * @param spot whether spot capacity is offered beside on-demand capacity
 * @param publicAddress whether instances have a public address, which costs
 * @param bootstrap how a machine becomes an instance of ours
 * @param prices what machines cost
 * @param callTimeout how long one call may take
 * @param transitionDeadline how long an operation may take
 */
record GcpSettings(
        String project,
        String region,
        List<String> zones,
        Optional<URI> endpoint,
        Optional<Path> credentialsFile,
        String image,
        int diskGibibytes,
        String subnetwork,
        String serviceAccount,
        List<String> machineTypes,
        SequencedMap<String, List<String>> groups,
        boolean spot,
        boolean publicAddress,
        Bootstrap bootstrap,
        PriceBook prices,
        Duration callTimeout,
        Duration transitionDeadline) {

    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z]+-[a-z]+[0-9]+");
    private static final Pattern TYPE = MachineName.FORM;
    private static final Pattern PARTIAL_URL = Pattern.compile("[A-Za-z0-9.:/_-]*");

    private static final String USUAL = "e2-standard-2,n2-standard-2,n2-standard-4";

    /** Succeeds once Compute Engine has announced that it takes a spot instance back. */
    private static final String INTERRUPTION_PROBE = "curl --fail --silent --max-time 2 -H 'Metadata-Flavor: Google'"
            + " http://metadata.google.internal/computeMetadata/v1/instance/preempted | grep -q TRUE";

    static final List<Setting> DECLARED = Stream.concat(
                    Bootstrap.SETTINGS.stream(),
                    Stream.of(
                            required("project", "id of the project"),
                            required("region", "the region, such as us-central1"),
                            required("zones", "zones of the region, comma-separated, such as us-central1-a"),
                            optional(
                                    "endpoint",
                                    "URL in place of Google's, which is then called without credentials",
                                    ""),
                            optional(
                                    "credentials-file",
                                    "key file of a service account; by default the platform's credentials",
                                    ""),
                            optional(
                                    "image",
                                    "image or image family",
                                    "projects/debian-cloud/global/images/family/debian-12"),
                            optional("disk-gibibytes", "size of the boot disk, in GiB", "20"),
                            optional("subnetwork", "regions/REGION/subnetworks/NAME; the default network if unset", ""),
                            optional("service-account", "e-mail of the instances' service account; none if unset", ""),
                            optional(
                                    "machine-types",
                                    "types that are offered, comma-separated; " + USUAL + " if there are no groups",
                                    ""),
                            optional(
                                    "groups",
                                    "groups of types, NAME=TYPE+TYPE, comma-separated; whichever has capacity is launched",
                                    ""),
                            optional("spot", "whether spot capacity is offered too: true or false", "false"),
                            optional(
                                    "public-address",
                                    "whether instances have a public address: true or false",
                                    "false"),
                            optional("prices-file", "CSV of own prices over the bundled ones (docs/providers.md)", ""),
                            optional("call-timeout-millis", "how long one call may take, in milliseconds", "10000"),
                            optional("transition-seconds", "how long an operation may take, in seconds", "600")))
            .toList();

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static GcpSettings parse(Map<String, String> given) {
        SettingValues values = SettingValues.of(DECLARED, given);
        return new GcpSettings(
                values.text("project", PROJECT, "my-project"),
                values.text("region", REGION, "us-central1"),
                zones(values),
                values.url("endpoint"),
                values.file("credentials-file"),
                values.text("image", PARTIAL_URL, "projects/debian-cloud/global/images/family/debian-12"),
                Math.toIntExact(values.whole("disk-gibibytes", 10, 65_536)),
                values.text("subnetwork", PARTIAL_URL, "regions/us-central1/subnetworks/default"),
                values.text("service-account"),
                values.machineTypes(TYPE, "n2-standard-2", USUAL),
                values.groups("groups", TYPE, "n2-standard-2"),
                values.flag("spot"),
                values.flag("public-address"),
                Bootstrap.of(values, values.flag("spot") ? INTERRUPTION_PROBE : ""),
                prices(values),
                Duration.ofMillis(values.whole("call-timeout-millis", 50, 300_000)),
                Duration.ofSeconds(values.whole("transition-seconds", 1, 3_600)));
    }

    /** Types that are offered in any way, each once. */
    List<String> allTypes() {
        return SettingValues.allTypes(machineTypes, groups);
    }

    private static List<String> zones(SettingValues values) {
        List<String> zones = values.list("zones");
        for (String zone : zones) {
            if (!zone.startsWith(values.text("region") + "-")) {
                throw SettingValues.bad("zones", "names %s, which is not in %s".formatted(zone, values.text("region")));
            }
        }
        return zones;
    }

    private static PriceBook prices(SettingValues values) {
        Optional<Path> file = values.file("prices-file");
        if (file.isEmpty()) {
            return PriceBook.bundled();
        }
        try {
            return PriceBook.bundled()
                    .withOverrides(
                            values.content("prices-file").orElseThrow(),
                            String.valueOf(file.get().getFileName()),
                            LocalDate.ofInstant(
                                    Files.getLastModifiedTime(file.get()).toInstant(), ZoneOffset.UTC));
        } catch (PriceFileException wrong) {
            throw SettingValues.bad("prices-file", "cannot be used: " + wrong.getMessage());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
