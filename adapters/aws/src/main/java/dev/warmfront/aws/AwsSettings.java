package dev.warmfront.aws;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.cost.PriceBook;
import dev.warmfront.cost.PriceFileException;
import dev.warmfront.spi.CloudSettings;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.SettingValues;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * What an EC2 provider is set up with. Credentials are not among it: they come from the platform by the SDK's default chain
 * (environment, shared files, container or instance role).
 *
 * @param cloud what clouds have in common
 * @param profile a profile of the shared credentials file in place of the default chain
 * @param image the AMI
 * @param rootDevice the AMI's root device name
 * @param diskGibibytes the root volume, without the room that a hibernation image takes
 * @param subnets subnet by zone; an empty subnet means the zone's default one
 * @param securityGroups ids; empty for the default one
 * @param instanceProfile name or ARN of the role of instances; empty for none
 * @param hibernate whether types that can hibernate are launched so that they can
 * @param prices what machines cost on demand
 */
record AwsSettings(
        CloudSettings cloud,
        Optional<String> profile,
        String image,
        String rootDevice,
        int diskGibibytes,
        SequencedMap<String, String> subnets,
        List<String> securityGroups,
        String instanceProfile,
        boolean hibernate,
        PriceBook prices) {

    private static final Pattern IMAGE = Pattern.compile("ami-[0-9a-zA-Z-]{1,40}");

    private static final CloudSettings.Names NAMES = new CloudSettings.Names(
            Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+"),
            "us-east-1",
            Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+"),
            "m7i.large,m7i.xlarge,m7i.2xlarge",
            "URL of an EC2-compatible endpoint in place of the region's own",
            "ec2");

    static final List<Setting> DECLARED = CloudSettings.declared(
            NAMES,
            optional("profile", "profile of the shared credentials file; by default the SDK's chain decides", ""),
            required("image", "the AMI that instances boot, such as ami-0123456789abcdef0"),
            optional("root-device", "the AMI's root device name", "/dev/xvda"),
            optional("disk-gibibytes", "size of the encrypted root volume, in GiB, without room for hibernation", "20"),
            optional("zones", "zones whose default subnet is used, comma-separated, such as us-east-1a", ""),
            optional("subnets", "in place of zones: ZONE=SUBNET, comma-separated", ""),
            optional("security-groups", "ids of security groups, comma-separated; the default one if unset", ""),
            optional("instance-profile", "name or ARN of the instance profile; none if unset", ""),
            optional("hibernate", "whether instances can hibernate where their type can: true or false", "false"));

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static AwsSettings parse(Map<String, String> given) {
        SettingValues values = SettingValues.of(DECLARED, given);
        CloudSettings cloud = CloudSettings.of(values, NAMES);
        return new AwsSettings(
                cloud,
                values.find("profile"),
                values.text("image", IMAGE, "ami-0123456789abcdef0"),
                values.text("root-device"),
                Math.toIntExact(values.whole("disk-gibibytes", 1, 16_384)),
                subnets(values),
                values.list("security-groups"),
                values.text("instance-profile"),
                values.flag("hibernate"),
                cloud.ownPrices().map(AwsSettings::prices).orElseGet(PriceBook::bundled));
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

    private static PriceBook prices(CloudSettings.OwnPrices own) {
        try {
            return PriceBook.bundled().withOverrides(own.csv(), own.name(), own.asOf());
        } catch (PriceFileException wrong) {
            throw SettingValues.bad("prices-file", "cannot be used: " + wrong.getMessage());
        }
    }
}
