package dev.warmfront.libvirt;

import static dev.warmfront.spi.SettingValues.bad;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.libvirt.LibvirtSettings.GuestType;
import dev.warmfront.libvirt.LibvirtSettings.Image;
import dev.warmfront.libvirt.LibvirtSettings.Limits;
import dev.warmfront.libvirt.LibvirtSettings.Network;
import dev.warmfront.spi.SettingValues;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads settings; every complaint is an {@link IllegalArgumentException} that names the setting. */
final class SettingsReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern DEVICE = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]"
            + "|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final long MOST_CPU_MILLIS = 1_000_000_000L;
    private static final long MOST_MEMORY_BYTES = 1L << 60;
    private static final BigDecimal MOST_HOURLY_USD = new BigDecimal(1_000_000);
    private static final BigDecimal MOST_SECONDS = new BigDecimal(86_400);
    private static final int NANO_DIGITS = 9;

    private final SettingValues values;

    private SettingsReader(SettingValues values) {
        this.values = values;
    }

    static LibvirtSettings read(Map<String, String> given) {
        return new SettingsReader(SettingValues.of(LibvirtSettings.DECLARED, given)).settings();
    }

    private LibvirtSettings settings() {
        return new LibvirtSettings(
                hosts(), types(), image(), network(), values.url("control-plane-url"), bootstrapFolder(), limits());
    }

    private Image image() {
        Image image = new Image(
                name("pool"),
                absolute("pool-folder"),
                value("base-image"),
                absolute("kernel"),
                absolute("initrd"),
                value("kernel-arguments"),
                domainType());
        if (image.base().contains("/")) {
            throw bad("base-image", "must be the name of a volume in the pool, not a path");
        }
        if (image.kernel().isEmpty() && !image.initrd().isEmpty()) {
            throw bad("initrd", "needs the setting kernel as well");
        }
        return image;
    }

    private DomainType domainType() {
        String text = value("domain-type");
        for (DomainType type : DomainType.values()) {
            if (type.libvirtName().equals(text)) {
                return type;
            }
        }
        throw bad("domain-type", "must be kvm, qemu or test, not '" + text + "'");
    }

    private Network network() {
        String text = value("network");
        if (text.equals("user")) {
            return new Network(Network.Kind.USER, "");
        }
        List<String> parts = List.of(text.split(":", 2));
        if (parts.size() == 2 && NAME.matcher(parts.get(1)).matches()) {
            if (parts.getFirst().equals("network") || parts.getFirst().equals("bridge")) {
                return new Network(Network.Kind.valueOf(parts.getFirst().toUpperCase(Locale.ROOT)), parts.get(1));
            }
        }
        throw bad("network", "must be user, network:NAME or bridge:NAME, not '" + text + "'");
    }

    private Optional<Path> bootstrapFolder() {
        String text = absolute("bootstrap-folder");
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    private Limits limits() {
        BigDecimal overcommit = decimal("cpu-overcommit", new BigDecimal(64));
        if (overcommit.signum() == 0) {
            throw bad("cpu-overcommit", "must be more than 0");
        }
        return new Limits(
                Math.toIntExact(values.whole("max-instances", 1, 10_000)),
                overcommit,
                values.whole("memory-reserve-bytes", 0, MOST_MEMORY_BYTES),
                values.flag("gpu-managed"),
                patience("call-seconds"),
                patience("slow-call-seconds"),
                seconds("shutdown-seconds"));
    }

    private List<HostSettings> hosts() {
        Map<String, String> uris = new LinkedHashMap<>();
        for (String entry : value("hosts").split("\\s+", -1)) {
            List<String> parts = List.of(entry.split("=", 2));
            if (parts.size() != 2 || !NAME.matcher(parts.getFirst()).matches()) {
                throw bad("hosts", "must list hosts as NAME=URI, not '" + entry + "'");
            }
            if (!parts.get(1).matches("[a-z+]+:/.*")) {
                throw bad("hosts", "has no libvirt URI for " + parts.getFirst() + ": '" + parts.get(1) + "'");
            }
            if (uris.put(parts.getFirst(), parts.get(1)) != null) {
                throw bad("hosts", "names " + parts.getFirst() + " twice");
            }
        }
        Map<String, Resources> capacities = capacities(uris.keySet());
        Map<String, List<HostSettings.Gpu>> gpus = gpus(uris.keySet());
        return uris.entrySet().stream()
                .map(host -> new HostSettings(
                        host.getKey(),
                        host.getValue(),
                        capacities.get(host.getKey()),
                        gpus.getOrDefault(host.getKey(), List.of())))
                .toList();
    }

    private Map<String, Resources> capacities(Set<String> hosts) {
        Map<String, Resources> capacities = new TreeMap<>();
        for (List<String> fields : list("host-capacity", ":", "NAME:CPU_MILLIS:MEMORY_BYTES", 3, 3)) {
            if (!hosts.contains(fields.getFirst())) {
                throw bad("host-capacity", "names a host that the setting hosts does not: " + fields.getFirst());
            }
            capacities.put(
                    fields.getFirst(),
                    Resources.of(
                            whole("host-capacity", fields.get(1), MOST_CPU_MILLIS),
                            whole("host-capacity", fields.get(2), MOST_MEMORY_BYTES)));
        }
        return capacities;
    }

    private Map<String, List<HostSettings.Gpu>> gpus(Set<String> hosts) {
        Map<String, List<HostSettings.Gpu>> gpus = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (List<String> fields : list("gpu-devices", "/", "HOST/TYPE/DEVICE", 3, 3)) {
            List<String> devices = List.of(fields.get(2).split("\\+", -1));
            if (!hosts.contains(fields.getFirst())) {
                throw bad("gpu-devices", "names a host that the setting hosts does not: " + fields.getFirst());
            }
            for (String device : devices) {
                if (!DEVICE.matcher(device).matches()) {
                    throw bad("gpu-devices", "has neither a PCI address nor a UUID: '" + device + "'");
                }
                if (!seen.add(fields.getFirst() + "/" + device)) {
                    throw bad("gpu-devices", "names " + device + " twice");
                }
            }
            gpus.computeIfAbsent(fields.getFirst(), host -> new ArrayList<>())
                    .add(new HostSettings.Gpu(fields.get(1), devices));
        }
        return gpus;
    }

    private List<GuestType> types() {
        List<GuestType> types = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (List<String> fields : list("machine-types", ":", "NAME:CPU_MILLIS:MEMORY_BYTES:HOURLY_USD", 4, 5)) {
            GuestType type = type(fields);
            if (!names.add(type.machine().name())) {
                throw bad(
                        "machine-types", "has two entries for " + type.machine().name());
            }
            types.add(type);
        }
        return types;
    }

    private GuestType type(List<String> fields) {
        String setting = "machine-types";
        if (!NAME.matcher(fields.getFirst()).matches()) {
            throw bad(setting, "must name types by 1 to 40 letters, digits and . _ -, not '" + fields.getFirst() + "'");
        }
        long cpuMillis = whole(setting, fields.get(1), MOST_CPU_MILLIS);
        if (cpuMillis % 1000 != 0) {
            throw bad(setting, "must give whole processors, not " + cpuMillis + " thousandths");
        }
        Resources capacity = new Resources(
                cpuMillis,
                whole(setting, fields.get(2), MOST_MEMORY_BYTES),
                fields.size() == 5 ? gpuCounts(fields.get(4)) : new TreeMap<>());
        BigDecimal hourly = decimal(setting, fields.get(3), MOST_HOURLY_USD);
        HourlyRate off = fraction(hourly, "standby-fraction");
        SortedMap<StandbyMode, HourlyRate> standby = new TreeMap<>(Map.of(StandbyMode.STOPPED, off));
        if (capacity.gpuMillis().isEmpty()) {
            standby.put(StandbyMode.HIBERNATED, off);
            standby.put(StandbyMode.SUSPENDED, fraction(hourly, "suspended-fraction"));
        }
        return new GuestType(new MachineType(fields.getFirst(), capacity), HourlyRate.ofDollars(hourly), standby);
    }

    private HourlyRate fraction(BigDecimal hourly, String setting) {
        return HourlyRate.ofDollars(
                hourly.multiply(decimal(setting, BigDecimal.ONE)).setScale(NANO_DIGITS, RoundingMode.HALF_EVEN));
    }

    private static SortedMap<String, Long> gpuCounts(String text) {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (String entry : text.split("\\+", -1)) {
            List<String> parts = List.of(entry.strip().split("=", -1));
            if (parts.size() != 2 || !NAME.matcher(parts.getFirst()).matches()) {
                throw bad("machine-types", "must list GPUs as TYPE=COUNT, not '" + entry + "'");
            }
            counts.merge(parts.getFirst(), whole("machine-types", parts.get(1), 64) * 1000, Long::sum);
        }
        return counts;
    }

    /** The comma-separated entries of a setting, each split into its fields. */
    private List<List<String>> list(String setting, String separator, String form, int least, int most) {
        List<List<String>> entries = new ArrayList<>();
        if (value(setting).isEmpty()) {
            return entries;
        }
        for (String entry : value(setting).split(",", -1)) {
            List<String> fields = List.of(entry.strip().split(separator, -1));
            if (fields.size() < least || fields.size() > most || fields.contains("")) {
                throw bad(setting, "has an entry that is not " + form + ": '" + entry.strip() + "'");
            }
            entries.add(fields);
        }
        return entries;
    }

    private String value(String setting) {
        return values.text(setting);
    }

    private String name(String setting) {
        if (!NAME.matcher(value(setting)).matches()) {
            throw bad(setting, "must have 1 to 40 letters, digits and . _ -, not '" + value(setting) + "'");
        }
        return value(setting);
    }

    private String absolute(String setting) {
        String text = value(setting);
        try {
            if (text.isEmpty() || Path.of(text).isAbsolute()) {
                return text;
            }
        } catch (InvalidPathException malformed) {
            // Falls through to the one message there is for both.
        }
        throw bad(setting, "must be an absolute path, not '" + text + "'");
    }

    private Duration seconds(String setting) {
        BigDecimal seconds = decimal(setting, MOST_SECONDS);
        return Duration.ofNanos(seconds.movePointRight(NANO_DIGITS).longValueExact());
    }

    private Duration patience(String setting) {
        Duration patience = seconds(setting);
        if (patience.isZero()) {
            throw bad(setting, "must be more than 0");
        }
        return patience;
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
        throw bad(setting, "must have whole numbers from 1 to " + most + ", not '" + text + "'");
    }

    private BigDecimal decimal(String setting, BigDecimal most) {
        return decimal(setting, value(setting), most);
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
        throw bad(setting, "must have numbers from 0 to " + most + " with at most 9 decimals, not '" + text + "'");
    }
}
