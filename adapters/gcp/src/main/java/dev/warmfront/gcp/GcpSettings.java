package dev.warmfront.gcp;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.cost.PriceBook;
import dev.warmfront.cost.PriceFileException;
import dev.warmfront.spi.CloudSettings;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.SettingValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a Compute Engine provider is set up with.
 *
 * @param cloud what clouds have in common; an endpoint is called without credentials, so it is for stand-ins alone
 * @param project the project's id
 * @param zones of the region
 * @param credentialsFile a service account's key; empty for the platform's own credentials (application default)
 * @param image a partial URL of an image or an image family
 * @param diskGibibytes the boot disk, balanced
 * @param subnetwork a partial URL; empty for the default network
 * @param serviceAccount e-mail of the account of instances; empty for none
 * @param prices what machines cost
 */
record GcpSettings(
        CloudSettings cloud,
        String project,
        List<String> zones,
        Optional<Path> credentialsFile,
        String image,
        int diskGibibytes,
        String subnetwork,
        String serviceAccount,
        PriceBook prices) {

    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]");
    private static final Pattern PARTIAL_URL = Pattern.compile("[A-Za-z0-9.:/_-]*");

    private static final CloudSettings.Names NAMES = new CloudSettings.Names(
            Pattern.compile("[a-z]+-[a-z]+[0-9]+"),
            "us-central1",
            MachineName.FORM,
            "e2-standard-2,n2-standard-2,n2-standard-4",
            "URL in place of Google's, which is then called without credentials",
            "gce");

    static final List<Setting> DECLARED = CloudSettings.declared(
            NAMES,
            required("project", "id of the project"),
            required("zones", "zones of the region, comma-separated, such as us-central1-a"),
            optional("credentials-file", "key file of a service account; by default the platform's credentials", ""),
            optional("image", "image or image family", "projects/debian-cloud/global/images/family/debian-12"),
            optional("disk-gibibytes", "size of the boot disk, in GiB", "20"),
            optional("subnetwork", "regions/REGION/subnetworks/NAME; the default network if unset", ""),
            optional("service-account", "e-mail of the instances' service account; none if unset", ""));

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static GcpSettings parse(Map<String, String> given) {
        SettingValues values = SettingValues.of(DECLARED, given);
        CloudSettings cloud = CloudSettings.of(values, NAMES);
        return new GcpSettings(
                cloud,
                values.text("project", PROJECT, "my-project"),
                zones(values),
                values.file("credentials-file"),
                values.text("image", PARTIAL_URL, "projects/debian-cloud/global/images/family/debian-12"),
                Math.toIntExact(values.whole("disk-gibibytes", 10, 65_536)),
                values.text("subnetwork", PARTIAL_URL, "regions/us-central1/subnetworks/default"),
                values.text("service-account"),
                cloud.ownPrices().map(GcpSettings::prices).orElseGet(PriceBook::bundled));
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

    private static PriceBook prices(CloudSettings.OwnPrices own) {
        try {
            return PriceBook.bundled().withOverrides(own.csv(), own.name(), own.asOf());
        } catch (PriceFileException wrong) {
            throw SettingValues.bad("prices-file", "cannot be used: " + wrong.getMessage());
        }
    }
}
