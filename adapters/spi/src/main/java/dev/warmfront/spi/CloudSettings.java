package dev.warmfront.spi;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.spi.ComputeProviderFactory.Setting;
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
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What providers of public clouds are set up with alike: clouds that sell types of machines by price lists, some of them as spot
 * capacity.
 *
 * @param region as the cloud names it
 * @param endpoint in place of the cloud's own
 * @param machineTypes what is offered by itself
 * @param groups types by the name of a group, of which whichever has capacity is launched
 * @param spot whether spot capacity is offered beside on-demand capacity
 * @param publicAddress whether instances have a public address, which costs
 * @param bootstrap how a machine becomes an instance of ours
 * @param ownPrices what is laid over the bundled prices
 * @param callTimeout how long one call may take
 * @param transitionDeadline how long an operation may take
 */
public record CloudSettings(
        String region,
        Optional<URI> endpoint,
        List<String> machineTypes,
        SequencedMap<String, List<String>> groups,
        boolean spot,
        boolean publicAddress,
        Bootstrap bootstrap,
        Optional<OwnPrices> ownPrices,
        Duration callTimeout,
        Duration transitionDeadline) {

    /**
     * A file of prices.
     *
     * @param csv what it holds
     * @param name by which it is spoken of
     * @param asOf when it was written
     */
    public record OwnPrices(String csv, String name, LocalDate asOf) {}

    /**
     * How a cloud names things.
     *
     * @param region form of regions
     * @param regionExample one of them
     * @param type form of machine types
     * @param usualTypes what is offered where the settings name nothing, comma-separated
     * @param endpoint what the setting {@code endpoint} does
     * @param metadata the cloud in the agent's words, see {@link Bootstrap#cloud}
     */
    public record Names(
            Pattern region, String regionExample, Pattern type, String usualTypes, String endpoint, String metadata) {}

    /**
     * The settings, after the bootstrap's.
     *
     * @param own those of this cloud alone
     */
    public static List<Setting> declared(Names names, Setting... own) {
        Stream<Setting> common = Stream.of(
                required("region", "the region, such as " + names.regionExample()),
                optional("endpoint", names.endpoint(), ""),
                optional(
                        "machine-types",
                        "types that are offered, comma-separated; " + names.usualTypes() + " if there are no groups",
                        ""),
                optional(
                        "groups",
                        "groups of types, NAME=TYPE+TYPE, comma-separated; whichever has capacity is launched",
                        ""),
                optional("spot", "whether spot capacity is offered too: true or false", "false"),
                optional("public-address", "whether instances have a public address: true or false", "false"),
                optional("prices-file", "CSV of own prices over the bundled ones (docs/providers.md)", ""),
                optional("call-timeout-millis", "how long one call may take, in milliseconds", "10000"),
                optional("transition-seconds", "how long an operation may take, in seconds", "600"));
        return Stream.of(Stream.of(own), common, Bootstrap.SETTINGS.stream())
                .flatMap(settings -> settings)
                .toList();
    }

    /**
     * Reads and checks them.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    public static CloudSettings of(SettingValues values, Names names) {
        String example = names.usualTypes().substring(0, names.usualTypes().indexOf(','));
        return new CloudSettings(
                values.text("region", names.region(), names.regionExample()),
                values.url("endpoint"),
                values.machineTypes(names.type(), example, names.usualTypes()),
                values.groups("groups", names.type(), example),
                values.flag("spot"),
                values.flag("public-address"),
                Bootstrap.of(values, names.metadata()),
                ownPrices(values),
                Duration.ofMillis(values.whole("call-timeout-millis", 50, 300_000)),
                Duration.ofSeconds(values.whole("transition-seconds", 1, 3_600)));
    }

    /** The settings, with the endpoint that a variable of the environment names where they name none. */
    public static Map<String, String> withEndpointOf(String variable, Map<String, String> settings) {
        Map<String, String> given = new TreeMap<>(settings);
        String endpoint = System.getenv(variable);
        if (endpoint != null && given.getOrDefault("endpoint", "").isBlank()) {
            given.put("endpoint", endpoint);
        }
        return given;
    }

    private static Optional<OwnPrices> ownPrices(SettingValues values) {
        Optional<Path> file = values.file("prices-file");
        return file.map(path -> {
            try {
                return new OwnPrices(
                        values.content("prices-file").orElseThrow(),
                        String.valueOf(path.getFileName()),
                        LocalDate.ofInstant(Files.getLastModifiedTime(path).toInstant(), ZoneOffset.UTC));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }

    /** Types that are offered in any way, each once. */
    public List<String> allTypes() {
        return SettingValues.allTypes(machineTypes, groups);
    }
}
