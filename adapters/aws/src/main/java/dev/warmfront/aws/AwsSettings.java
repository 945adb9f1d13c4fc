package dev.warmfront.aws;

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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an EC2 provider is set up with. Credentials are not among it: they come from the platform by the SDK's default chain
 * (environment, shared files, container or instance role).
 *
 * @param region for example {@code us-east-1}
 * @param endpoint an EC2-compatible endpoint in place of the region's own
 * @param profile a profile of the shared credentials file in place of the default chain
 * @param image the AMI
 * @param rootDevice the AMI's root device name
 * @param diskGibibytes the root volume, without the room that a hibernation image takes
 * @param subnets subnet by zone; an empty subnet means the zone's default one
 * @param securityGroups ids; empty for the default one
 * @param instanceProfile name or ARN of the role of instances; empty for none
 * @param machineTypes what is offered by itself
 * @param groups types by the name of a group, of which whichever has capacity is launched
 * @param spot whether spot capacity is offered beside on-demand capacity
 * @param hibernate whether types that can hibernate are launched so that they can
 * @param publicAddress whether instances have a public address, which costs
 * @param bootstrap how a machine becomes an instance of ours
 * @param prices what machines cost on demand
 * @param callTimeout how long one call may take
 * @param transitionDeadline how long a stop or an end may take
 */
record AwsSettings(
        String region,
        Optional<URI> endpoint,
        Optional<String> profile,
        String image,
        String rootDevice,
        int diskGibibytes,
        SequencedMap<String, String> subnets,
        List<String> securityGroups,
        String instanceProfile,
        List<String> machineTypes,
        SequencedMap<String, List<String>> groups,
        boolean spot,
        boolean hibernate,
        boolean publicAddress,
        Bootstrap bootstrap,
        PriceBook prices,
        Duration callTimeout,
        Duration transitionDeadline) {

    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+");
    private static final Pattern IMAGE = Pattern.compile("ami-[0-9a-zA-Z-]{1,40}");
    private static final Pattern TYPE = Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+");

    /** Succeeds once EC2 has announced that it takes a spot instance back; IMDSv2, as instances allow no other. */
    private static final String INTERRUPTION_PROBE =
            "curl --fail --silent --max-time 2 -H \"X-aws-ec2-metadata-token: $(curl --fail --silent --max-time 2 -X PUT"
                    + " -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)\""
                    + " http://169.254.169.254/latest/meta-data/spot/instance-action >/dev/null";

    private static final String USUAL = "m7i.large,m7i.xlarge,m7i.2xlarge";

    static final List<Setting> DECLARED = Stream.concat(
                    Bootstrap.SETTINGS.stream(),
                    Stream.of(
                            required("region", "the region, such as us-east-1"),
                            optional("endpoint", "URL of an EC2-compatible endpoint in place of the region's own", ""),
                            optional(
                                    "profile",
                                    "profile of the shared credentials file; by default the SDK's chain decides",
                                    ""),
                            required("image", "the AMI that instances boot, such as ami-0123456789abcdef0"),
                            optional("root-device", "the AMI's root device name", "/dev/xvda"),
                            optional(
                                    "disk-gibibytes",
                                    "size of the encrypted root volume, in GiB, without room for hibernation",
                                    "20"),
                            optional(
                                    "zones",
                                    "zones whose default subnet is used, comma-separated, such as us-east-1a",
                                    ""),
                            optional("subnets", "in place of zones: ZONE=SUBNET, comma-separated", ""),
                            optional(
                                    "security-groups",
                                    "ids of security groups, comma-separated; the default one if unset",
                                    ""),
                            optional("instance-profile", "name or ARN of the instance profile; none if unset", ""),
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
                                    "hibernate",
                                    "whether instances can hibernate where their type can: true or false",
                                    "false"),
                            optional(
                                    "public-address",
                                    "whether instances have a public address: true or false",
                                    "false"),
                            optional("prices-file", "CSV of own prices over the bundled ones (docs/providers.md)", ""),
                            optional("call-timeout-millis", "how long one call may take, in milliseconds", "10000"),
                            optional("transition-seconds", "how long a stop or an end may take, in seconds", "600")))
            .toList();

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static AwsSettings parse(Map<String, String> given) {
        SettingValues values = SettingValues.of(DECLARED, given);
        return new AwsSettings(
                values.text("region", REGION, "us-east-1"),
                values.url("endpoint"),
                values.find("profile"),
                values.text("image", IMAGE, "ami-0123456789abcdef0"),
                values.text("root-device"),
                Math.toIntExact(values.whole("disk-gibibytes", 1, 16_384)),
                subnets(values),
                values.list("security-groups"),
                values.text("instance-profile"),
                values.machineTypes(TYPE, "m7i.large", USUAL),
                values.groups("groups", TYPE, "m7i.large"),
                values.flag("spot"),
                values.flag("hibernate"),
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

    private static SequencedMap<String, String> subnets(SettingValues values) {
        if (values.find("subnets").isPresent() == values.find("zones").isPresent()) {
            throw SettingValues.bad("zones", "or subnets must be set, one of the two");
        }
        SequencedMap<String, String> subnets = new LinkedHashMap<>(values.pairs("subnets"));
        values.list("zones").forEach(zone -> subnets.put(zone, ""));
        for (String zone : subnets.keySet()) {
            if (!zone.startsWith(values.text("region"))) {
                String setting = values.find("zones").isPresent() ? "zones" : "subnets";
                throw SettingValues.bad(setting, "names " + zone + ", which is not in " + values.text("region"));
            }
        }
        return Collections.unmodifiableSequencedMap(subnets);
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
