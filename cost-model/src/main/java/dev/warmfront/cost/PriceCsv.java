package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads price files: the bundled one and users' own have the same form. Strict, because a price that is silently wrong
 * becomes a decision that is silently wrong: unknown columns, repeated machines and unparsable fields are refused.
 */
final class PriceCsv {

    private static final List<String> NEEDED = List.of("provider", "region", "machine_type", "ondemand_usd_h");
    private static final List<String> OPTIONAL =
            List.of("spot_usd_h", "vcpu", "mem_gib", "gpu_count", "gpu_type", "as_of", "source");

    /** Dearer than any machine there is; above it somebody wrote cents, or a price per month. */
    private static final BigDecimal MAX_USD_PER_HOUR = new BigDecimal(100_000);

    private static final BigDecimal MAX_UNITS = new BigDecimal(1_000_000);
    private static final int NANO_DECIMALS = 9;

    /**
     * What a row that leaves it out gets.
     *
     * @param asOf the price's day
     * @param source where it came from
     */
    record Defaults(LocalDate asOf, String source) {}

    private final String file;
    private final Defaults defaults;
    private final Map<String, ListedPrice> listed = new HashMap<>();
    private final Map<String, Integer> columns = new LinkedHashMap<>();

    /** The row being read: line number and fields. */
    private int row;

    private List<String> fields = List.of();

    private PriceCsv(String file, Defaults defaults, Collection<ListedPrice> listed) {
        this.file = file;
        this.defaults = defaults;
        listed.forEach(price -> this.listed.put(key(price.provider(), price.region(), price.machineType()), price));
    }

    /**
     * @param csv the text; LF or CRLF, fields may be quoted, a byte order mark is skipped
     * @param listed what rows without a shape refer to
     */
    static List<ListedPrice> parse(String csv, String file, Defaults defaults, Collection<ListedPrice> listed) {
        return new PriceCsv(file, defaults, listed).parse(csv);
    }

    private List<ListedPrice> parse(String csv) {
        List<ListedPrice> prices = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : (csv.startsWith("\uFEFF") ? csv.substring(1) : csv).split("\r?\n", -1)) {
            row++;
            if (line.isBlank()) {
                continue;
            }
            fields = split(line);
            if (columns.isEmpty()) {
                readHeader();
                continue;
            }
            if (fields.size() != columns.size()) {
                throw bad("", "has %d fields, the header has %d".formatted(fields.size(), columns.size()));
            }
            ListedPrice price = readPrice();
            if (!seen.add(key(price.provider(), price.region(), price.machineType()))) {
                throw bad("machine_type", price.machineType() + " in " + price.region() + " is listed twice");
            }
            prices.add(price);
        }
        if (columns.isEmpty()) {
            row = 1;
            throw bad("", "the file is empty; its header must name " + String.join(", ", NEEDED));
        }
        return prices;
    }

    private void readHeader() {
        for (String name : fields) {
            if (!NEEDED.contains(name) && !OPTIONAL.contains(name)) {
                throw bad(
                        name,
                        "is not a known column; known are " + String.join(", ", NEEDED) + ", "
                                + String.join(", ", OPTIONAL));
            }
            if (columns.putIfAbsent(name, columns.size()) != null) {
                throw bad(name, "appears twice in the header");
            }
        }
        for (String name : NEEDED) {
            if (!columns.containsKey(name)) {
                throw bad(name, "is missing from the header");
            }
        }
    }

    private ListedPrice readPrice() {
        ProviderId provider = provider();
        String region = needed("region");
        String machineType = needed("machine_type");
        ListedPrice base = listed.get(key(provider, region, machineType));
        HourlyRate onDemand = rate("ondemand_usd_h", needed("ondemand_usd_h"));
        String spotText = field("spot_usd_h");
        HourlyRate inherited = base == null ? null : base.spot();
        HourlyRate spot = spotText.isEmpty() ? inherited : rate("spot_usd_h", spotText);
        String source = field("source");
        return new ListedPrice(
                provider,
                region,
                machineType,
                capacity(base),
                onDemand,
                spot,
                asOf(),
                source.isEmpty() ? defaults.source() : source);
    }

    private ProviderId provider() {
        try {
            return new ProviderId(needed("provider"));
        } catch (IllegalArgumentException invalid) {
            throw bad("provider", String.valueOf(invalid.getMessage()));
        }
    }

    private Resources capacity(@Nullable ListedPrice base) {
        if (field("vcpu").isEmpty() && field("mem_gib").isEmpty()) {
            if (base == null) {
                throw bad("vcpu", "is needed, as is mem_gib: this machine is not in the book");
            }
            if (!field("gpu_count").isEmpty() || !field("gpu_type").isEmpty()) {
                throw bad("gpu_count", "needs vcpu and mem_gib beside it: a shape is given whole or not at all");
            }
            return base.capacity();
        }
        long cpuMillis = units("vcpu", needed("vcpu")).movePointRight(3).longValue();
        // Catalogues give GiB in decimals; machines come in whole MiB.
        long mebibytes = units("mem_gib", needed("mem_gib"))
                .multiply(new BigDecimal(1024))
                .longValue();
        if (cpuMillis == 0 || mebibytes == 0) {
            throw bad(cpuMillis == 0 ? "vcpu" : "mem_gib", "must be above 0");
        }
        return new Resources(cpuMillis, Math.multiplyExact(mebibytes, 1L << 20), gpus());
    }

    private SortedMap<String, Long> gpus() {
        String count = field("gpu_count");
        String type = field("gpu_type");
        if (count.isEmpty() != type.isEmpty()) {
            throw bad(count.isEmpty() ? "gpu_count" : "gpu_type", "is blank; GPUs need a count and a type");
        }
        return count.isEmpty()
                ? Collections.emptySortedMap()
                : new TreeMap<>(
                        Map.of(type, units("gpu_count", count).movePointRight(3).longValue()));
    }

    private LocalDate asOf() {
        String text = field("as_of");
        try {
            return text.isEmpty() ? defaults.asOf() : LocalDate.parse(text);
        } catch (DateTimeParseException notADay) {
            throw bad("as_of", "is not a day such as 2026-07-20: " + text);
        }
    }

    private HourlyRate rate(String column, String text) {
        BigDecimal dollars = number(column, text);
        if (dollars.signum() < 0) {
            throw bad(column, "is negative: " + text);
        }
        if (dollars.compareTo(MAX_USD_PER_HOUR) > 0) {
            throw bad(column, "is above " + MAX_USD_PER_HOUR + " USD per hour: " + text);
        }
        if (dollars.stripTrailingZeros().scale() > NANO_DECIMALS) {
            throw bad(column, "has more than nine decimals: " + text);
        }
        return HourlyRate.ofDollars(dollars);
    }

    /** A count of cores, GiB or devices; digits below a thousandth are cut off by the caller. */
    private BigDecimal units(String column, String text) {
        BigDecimal value = number(column, text);
        if (value.signum() < 0 || value.compareTo(MAX_UNITS) > 0) {
            throw bad(column, "must be 0 to " + MAX_UNITS + ": " + text);
        }
        return value.setScale(6, RoundingMode.DOWN);
    }

    private BigDecimal number(String column, String text) {
        // Bounded before parsing: 1e999999999 is a short text and an endless number.
        if (text.length() > 40 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            throw bad(column, "is not a plain decimal number: " + text);
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException notANumber) {
            throw bad(column, "is not a number: " + text);
        }
    }

    private String needed(String column) {
        String value = field(column);
        if (value.isEmpty()) {
            throw bad(column, "is blank");
        }
        return value;
    }

    private String field(String column) {
        Integer at = columns.get(column);
        return at == null ? "" : fields.get(at);
    }

    /** Splits a line at commas outside quotes and trims; a doubled quote inside quotes is a quote (RFC 4180 §2). */
    private List<String> split(String line) {
        List<String> result = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                result.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw bad("", "a quote is not closed on its line");
        }
        result.add(field.toString().strip());
        return result;
    }

    private PriceFileException bad(String column, String why) {
        return new PriceFileException(file, row, column, why);
    }

    private static String key(ProviderId provider, String region, String machineType) {
        return provider + "\n" + region + "\n" + machineType;
    }
}
