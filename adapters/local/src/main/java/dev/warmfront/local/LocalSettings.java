package dev.warmfront.local;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.cost.PriceBook;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Resources;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the local provider is set up with.
 *
 * @param root absolute folder that holds a folder per instance
 * @param agentJar the agent's jar
 * @param java the java executable that runs it
 * @param maxInstances how many instances may exist at once, those in standby included
 * @param total CPU and memory that instances which are not stopped may have together
 * @param types what can be launched, at least one
 * @param bootDelay pretended time between a launch and the start of the agent
 * @param resumeDelay pretended time between a wake-up and the start or continuation of the agent
 */
record LocalSettings(
        Path root,
        Path agentJar,
        Path java,
        int maxInstances,
        Resources total,
        List<Type> types,
        Duration bootDelay,
        Duration resumeDelay) {

    /** A machine type with its prices: while it runs, and in either standby mode. */
    record Type(MachineType machine, HourlyRate hot, HourlyRate standby) {}

    private static final int MOST_INSTANCES = 10_000;
    private static final long MOST_CPU_MILLIS = 1_000_000_000L;
    private static final long MOST_MEMORY_BYTES = 1L << 60;
    private static final BigDecimal MOST_HOURLY_USD = new BigDecimal(1_000_000);
    private static final BigDecimal MOST_DELAY_SECONDS = new BigDecimal(3600);
    private static final int NANO_DIGITS = 9;
    private static final Pattern TYPE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private static final String TYPES = "machine-types";
    private static final String PRICE_AS = "price-as";
    private static final List<String> SINGLE_TYPE =
            List.of("machine-type", "cpu-millis", "memory-bytes", "hourly-usd", "gpus");

    static final List<Setting> DECLARED = List.of(
            required("root", "folder that holds a folder per instance; made if missing"),
            required("agent-jar", "the agent's jar"),
            optional("java", "java executable that runs the agent; by default the one that runs the control plane", ""),
            optional("max-instances", "instances at once, those in standby included", "4"),
            optional(
                    "total-cpu-millis",
                    "CPU that instances may have together, in thousandths of a core; no limit if unset",
                    ""),
            optional("total-memory-bytes", "memory that instances may have together, in bytes; no limit if unset", ""),
            optional("machine-type", "name of the machine type", "local.small"),
            optional("cpu-millis", "CPU of an instance, in thousandths of a core", "1000"),
            optional("memory-bytes", "memory of an instance, in bytes", "1073741824"),
            optional("hourly-usd", "price of a running instance, in US dollars per hour", "0.0416"),
            optional(
                    PRICE_AS,
                    "instead of hourly-usd: a machine of the price book, PROVIDER/REGION/TYPE, whose on-demand price an"
                            + " instance has, for example aws/us-east-1/m7i.large",
                    ""),
            optional("gpus", "pretended GPUs of an instance as TYPE=COUNT, comma-separated; none if unset", ""),
            optional(
                    TYPES,
                    "several machine types in place of the five settings above, comma-separated, each"
                            + " NAME:CPU_MILLIS:MEMORY_BYTES:HOURLY_USD and optionally :TYPE=COUNT+TYPE=COUNT",
                    ""),
            optional(
                    "standby-fraction",
                    "price of a stopped or suspended instance as a fraction of a running one's",
                    "0.05"),
            optional("boot-delay-seconds", "pretended seconds from launch to the start of the agent", "0"),
            optional("resume-delay-seconds", "pretended seconds from waking to the agent's running again", "0"));

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    static LocalSettings parse(Map<String, String> given) {
        Map<String, String> values = new TreeMap<>();
        for (Setting setting : DECLARED) {
            String value = given.getOrDefault(setting.name(), "").strip();
            if (value.isEmpty() && setting.required()) {
                throw bad(setting.name(), "is missing");
            }
            values.put(setting.name(), value.isEmpty() ? setting.defaultValue() : value);
        }
        given.keySet().stream()
                .filter(name -> !values.containsKey(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw bad(name, "is unknown");
                });
        return read(given, values);
    }

    private static LocalSettings read(Map<String, String> given, Map<String, String> values) {
        Path jar = path(values, "agent-jar");
        if (!Files.isRegularFile(jar)) {
            throw bad("agent-jar", "names no file: " + jar);
        }
        Path java = value(values, "java").isEmpty()
                ? Path.of(System.getProperty("java.home"), "bin", "java")
                : path(values, "java");
        if (!Files.isExecutable(java)) {
            throw bad("java", "names nothing that can be executed: " + java);
        }
        return new LocalSettings(
                path(values, "root"),
                jar,
                java,
                Math.toIntExact(whole("max-instances", value(values, "max-instances"), MOST_INSTANCES)),
                Resources.of(
                        limit(values, "total-cpu-millis", MOST_CPU_MILLIS),
                        limit(values, "total-memory-bytes", MOST_MEMORY_BYTES)),
                types(given, values),
                seconds(values, "boot-delay-seconds"),
                seconds(values, "resume-delay-seconds"));
    }

    private static List<Type> types(Map<String, String> given, Map<String, String> values) {
        BigDecimal fraction = decimal("standby-fraction", value(values, "standby-fraction"), BigDecimal.ONE);
        String list = value(values, TYPES);
        if (list.isEmpty()) {
            if (!value(values, PRICE_AS).isEmpty()) {
                if (!given.getOrDefault("hourly-usd", "").isBlank()) {
                    throw bad("hourly-usd", "cannot be set together with " + PRICE_AS);
                }
                values.put("hourly-usd", listedPrice(value(values, PRICE_AS)));
            }
            return List.of(type(
                    SINGLE_TYPE,
                    SINGLE_TYPE.stream().map(name -> value(values, name)).toList(),
                    ",",
                    fraction));
        }
        List<String> replacedSettings = new ArrayList<>(SINGLE_TYPE);
        replacedSettings.add(PRICE_AS);
        for (String replaced : replacedSettings) {
            if (!given.getOrDefault(replaced, "").isBlank()) {
                throw bad(replaced, "cannot be set together with " + TYPES);
            }
        }
        List<Type> types = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String entry : list.split(",", -1)) {
            List<String> fields = new ArrayList<>(List.of(entry.strip().split(":", -1)));
            if (fields.size() == 4) {
                fields.add("");
            }
            if (fields.size() != 5) {
                throw bad(TYPES, "has an entry that is not NAME:CPU_MILLIS:MEMORY_BYTES:HOURLY_USD: " + entry);
            }
            Type type = type(List.of(TYPES, TYPES, TYPES, TYPES, TYPES), fields, "\\+", fraction);
            if (!names.add(type.machine().name())) {
                throw bad(TYPES, "has two entries for " + type.machine().name());
            }
            types.add(type);
        }
        return List.copyOf(types);
    }

    /** The on-demand price of a machine of the price book, in dollars per hour. */
    private static String listedPrice(String text) {
        List<String> parts = List.of(text.split("/", -1));
        if (parts.size() != 3 || parts.contains("")) {
            throw bad(PRICE_AS, "must be PROVIDER/REGION/TYPE, not '" + text + "'");
        }
        return PriceBook.bundled()
                .find(new ProviderId(parts.get(0)), parts.get(1), parts.get(2))
                .map(listed -> listed.onDemand().toDollars().toPlainString())
                .orElseThrow(() -> bad(PRICE_AS, "names no machine of the price book: " + text));
    }

    /**
     * One machine type from its five texts.
     *
     * @param settings the setting to blame for each of them
     */
    private static Type type(List<String> settings, List<String> texts, String gpuSeparator, BigDecimal fraction) {
        String name = texts.get(0);
        if (!TYPE_NAME.matcher(name).matches()) {
            throw bad(settings.get(0), "must have 1 to 40 letters, digits and . _ -, not '" + name + "'");
        }
        Resources capacity = new Resources(
                whole(settings.get(1), texts.get(1), MOST_CPU_MILLIS),
                whole(settings.get(2), texts.get(2), MOST_MEMORY_BYTES),
                gpus(settings.get(4), texts.get(4), gpuSeparator));
        BigDecimal hourly = decimal(settings.get(3), texts.get(3), MOST_HOURLY_USD);
        return new Type(
                new MachineType(name, capacity),
                HourlyRate.ofDollars(hourly),
                HourlyRate.ofDollars(hourly.multiply(fraction).setScale(NANO_DIGITS, RoundingMode.HALF_EVEN)));
    }

    private static SortedMap<String, Long> gpus(String setting, String text, String separator) {
        SortedMap<String, Long> gpus = new TreeMap<>();
        if (text.isEmpty()) {
            return gpus;
        }
        for (String entry : text.split(separator, -1)) {
            List<String> parts = List.of(entry.strip().split("=", -1));
            if (parts.size() != 2 || !TYPE_NAME.matcher(parts.get(0)).matches()) {
                throw bad(setting, "must list GPUs as TYPE=COUNT, not '" + entry + "'");
            }
            if (gpus.put(parts.get(0), whole(setting, parts.get(1), 1000) * 1000) != null) {
                throw bad(setting, "names the GPU " + parts.get(0) + " twice");
            }
        }
        return gpus;
    }

    private static String value(Map<String, String> values, String name) {
        return values.getOrDefault(name, "");
    }

    private static Path path(Map<String, String> values, String name) {
        try {
            return Path.of(value(values, name)).toAbsolutePath().normalize();
        } catch (InvalidPathException malformed) {
            throw bad(name, "is not a path: " + malformed.getReason());
        }
    }

    private static long limit(Map<String, String> values, String name, long most) {
        return value(values, name).isEmpty() ? Long.MAX_VALUE : whole(name, value(values, name), most);
    }

    private static Duration seconds(Map<String, String> values, String name) {
        BigDecimal seconds = decimal(name, value(values, name), MOST_DELAY_SECONDS);
        return Duration.ofNanos(seconds.movePointRight(NANO_DIGITS).longValueExact());
    }

    private static long whole(String setting, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one message there is for both.
        }
        throw bad(setting, "must be a whole number from 1 to " + most + ", not '" + text + "'");
    }

    private static BigDecimal decimal(String setting, String text, BigDecimal most) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (number.signum() >= 0
                    && number.compareTo(most) <= 0
                    && number.stripTrailingZeros().scale() <= NANO_DIGITS) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one message there is for both.
        }
        throw bad(
                setting,
                "must be a number from 0 to " + most + " with at most " + NANO_DIGITS + " decimals, not '" + text
                        + "'");
    }

    private static IllegalArgumentException bad(String setting, String what) {
        return new IllegalArgumentException("setting " + setting + " " + what);
    }
}
