package dev.warmfront.jclouds;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.spi.Bootstrap;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import dev.warmfront.spi.SettingValues;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Nova provider is set up with.
 *
 * @param endpoint Keystone's, version 3
 * @param region whose Nova it is
 * @param account who calls
 * @param image id of the image that servers boot
 * @param flavors what is offered, by the flavor's name
 * @param zones availability zones
 * @param networks ids; empty leaves it to Nova
 * @param securityGroups names; empty leaves it to Nova
 * @param configDrive whether user data comes on a drive, where there is no metadata service
 * @param suspend whether instances may be suspended
 * @param stoppedFraction price of a stopped server, as a fraction of a running one's
 * @param suspendedFraction likewise
 * @param bootstrap how a machine becomes an instance of ours
 * @param callTimeout how long one call may take
 * @param transitionDeadline how long a transition may take
 */
record NovaSettings(
        URI endpoint,
        String region,
        Account account,
        String image,
        SequencedMap<String, Flavored> flavors,
        List<String> zones,
        List<String> networks,
        List<String> securityGroups,
        boolean configDrive,
        boolean suspend,
        BigDecimal stoppedFraction,
        BigDecimal suspendedFraction,
        Bootstrap bootstrap,
        Duration callTimeout,
        Duration transitionDeadline) {

    /** Who calls. */
    record Account(String userDomain, String user, String projectDomain, String project, String password) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "Account[%s:%s in %s:%s]".formatted(userDomain, user, projectDomain, project);
        }
    }

    /**
     * What the settings say of a flavor; its shape is Nova's to say.
     *
     * @param hourly price of a running server
     * @param gpuMillis its GPUs by type, in thousandths
     */
    record Flavored(HourlyRate hourly, SortedMap<String, Long> gpuMillis) {

        HourlyRate at(BigDecimal fraction) {
            return HourlyRate.ofDollars(
                    hourly.toDollars().multiply(fraction).setScale(NANO_DIGITS, RoundingMode.HALF_EVEN));
        }
    }

    private static final int NANO_DIGITS = 9;
    private static final Pattern FLAVOR = Pattern.compile(
            "([A-Za-z0-9._-]{1,60}):([0-9]{1,6}(?:\\.[0-9]{1,9})?)(?::([A-Za-z0-9._-]+=[1-9][0-9]?(?:\\+[A-Za-z0-9._-]+=[1-9][0-9]?)*))?");
    private static final Pattern FRACTION = Pattern.compile("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}:]{1,255}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,255}");

    static final List<Setting> DECLARED = Stream.concat(
                    Bootstrap.SETTINGS.stream(),
                    Stream.of(
                            required(
                                    "endpoint",
                                    "URL of Keystone, version 3, such as https://cloud.example.org:5000/v3"),
                            optional("region", "the region whose Nova is used", "RegionOne"),
                            optional("user-domain", "domain of the user", "Default"),
                            required("user", "name of the user"),
                            optional("project-domain", "domain of the project", "Default"),
                            required("project", "name of the project that servers belong to"),
                            new Setting("password", "password of the user; or set password-file", "", false, true),
                            optional("password-file", "file that holds the password", ""),
                            required("image", "id of the image that servers boot"),
                            required(
                                    "machine-types",
                                    "flavors that are offered, comma-separated, each NAME:HOURLY_USD and optionally"
                                            + " :TYPE=COUNT+TYPE=COUNT for GPUs"),
                            optional("zones", "availability zones, comma-separated", "nova"),
                            optional("networks", "ids of networks, comma-separated; Nova chooses if unset", ""),
                            optional("security-groups", "names of security groups, comma-separated", ""),
                            optional(
                                    "config-drive",
                                    "whether user data comes on a drive, for clouds without a metadata service: true"
                                            + " or false",
                                    "false"),
                            optional("suspend", "whether servers may be suspended: true or false", "true"),
                            optional(
                                    "stopped-fraction",
                                    "price of a stopped server, as a fraction of a running one's; Nova keeps its place"
                                            + " on the host for it",
                                    "0.5"),
                            optional("suspended-fraction", "price of a suspended server, likewise", "0.5"),
                            optional("call-timeout-millis", "how long one call may take, in milliseconds", "20000"),
                            optional("transition-seconds", "how long a transition may take, in seconds", "600")))
            .toList();

    private static Setting required(String name, String description) {
        return new Setting(name, description, "", true, false);
    }

    private static Setting optional(String name, String description, String defaultValue) {
        return new Setting(name, description, defaultValue, false, false);
    }

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static NovaSettings parse(Map<String, String> given) {
        SettingValues values = SettingValues.of(DECLARED, given);
        return new NovaSettings(
                values.url("endpoint").orElseThrow(),
                values.text("region", NAME, "RegionOne"),
                new Account(
                        values.text("user-domain", NAME, "Default"),
                        values.text("user", NAME, "warmfront"),
                        values.text("project-domain", NAME, "Default"),
                        values.text("project", NAME, "warmfront"),
                        password(values)),
                values.text("image", ID, "0b7e6f5a-7d8f-4a53-9d0e-3d1f5f0b9a11"),
                flavors(values),
                zones(values),
                values.list("networks", ID, "0b7e6f5a-7d8f-4a53-9d0e-3d1f5f0b9a11"),
                values.list("security-groups", NAME, "warmfront"),
                values.flag("config-drive"),
                values.flag("suspend"),
                new BigDecimal(values.text("stopped-fraction", FRACTION, "0.5")),
                new BigDecimal(values.text("suspended-fraction", FRACTION, "0.5")),
                Bootstrap.of(values, ""),
                Duration.ofMillis(values.whole("call-timeout-millis", 50, 300_000)),
                Duration.ofSeconds(values.whole("transition-seconds", 1, 3_600)));
    }

    private static List<String> zones(SettingValues values) {
        List<String> zones = values.list("zones", ZONE, "nova");
        if (zones.isEmpty()) {
            throw SettingValues.bad("zones", "names none");
        }
        return zones;
    }

    private static String password(SettingValues values) {
        Optional<String> direct = values.find("password");
        Optional<String> filed = values.content("password-file").map(String::strip);
        if (direct.isPresent() == filed.isPresent()) {
            throw SettingValues.bad("password", "is needed, or password-file is, and not both");
        }
        return direct.or(() -> filed).orElseThrow();
    }

    private static SequencedMap<String, Flavored> flavors(SettingValues values) {
        LinkedHashMap<String, Flavored> flavors = new LinkedHashMap<>();
        for (String entry : values.list("machine-types", FLAVOR, "m1.small:0.05 or g1.large:1.2:L4=1")) {
            Matcher form = FLAVOR.matcher(entry);
            if (!form.matches()) {
                throw new IllegalStateException("checked and not of the form: " + entry);
            }
            TreeMap<String, Long> gpus = new TreeMap<>();
            if (form.group(3) != null) {
                for (String gpu : form.group(3).split("\\+", -1)) {
                    int equals = gpu.indexOf('=');
                    gpus.merge(gpu.substring(0, equals), Long.parseLong(gpu.substring(equals + 1)) * 1000, Long::sum);
                }
            }
            Flavored flavored = new Flavored(HourlyRate.ofDollars(new BigDecimal(form.group(2))), gpus);
            if (flavors.put(form.group(1), flavored) != null) {
                throw SettingValues.bad("machine-types", "has two entries for " + form.group(1));
            }
        }
        return Collections.unmodifiableSequencedMap(flavors);
    }
}
