package dev.warmfront.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** A recorded series of counts or of occupancy, one number per slot from the file's beginning. */
final class CountSeries {

    private static final int SLOTS_MAX = 10_000_000;
    private static final int[] WIDTHS = {10, 60, 300, 600, 1800, 3600};
    private static final int SLOTS_WANTED = 6_000;
    private static final double DENSE = 0.9;
    /** The sum over all of an arrivals file. */
    private static final String ALL = "(all)";

    private final String name;
    private final int slotSeconds;
    private final double[] counts;

    private CountSeries(String name, int slotSeconds, double[] counts) {
        this.name = name;
        this.slotSeconds = slotSeconds;
        this.counts = counts;
    }

    /** Tenant and task type, as far as the file names them. */
    String name() {
        return name;
    }

    int slotSeconds() {
        return slotSeconds;
    }

    /** One per slot. The array is the series' own: read it only. */
    double[] counts() {
        return counts;
    }

    /**
     * Reads a file of any of the kinds that FORMATS.md describes: counts per window ({@code t_s, window_s, count}), arrivals ({@code
     * submit_s}), or occupancy by change points ({@code t_s} and {@code running_gpus, pending_gpus} or {@code active_nodes}).
     *
     * @param slotSeconds width for arrivals and occupancy; 0 chooses one by the file's length
     * @throws CliException (bad use) in one line that names file, row and column
     */
    static List<CountSeries> read(Path path, int slotSeconds) {
        Reading reading = new Reading(path);
        try (BufferedReader text = PackedText.open(path);
                CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(text)) {
            for (NamedCsvRecord row : rows) {
                reading.row(row);
            }
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + path + ": " + PackedText.reason(e));
        } catch (UncheckedIOException e) {
            throw CliException.badUse("cannot read " + path + ": " + reason(e));
        } catch (CsvParseException | IllegalArgumentException e) {
            throw CliException.badUse(path + " is not a table: " + e.getMessage());
        }
        return reading.series(slotSeconds);
    }

    private static String reason(UncheckedIOException e) {
        IOException cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : PackedText.reason(cause);
    }

    /** What has been read of one file. */
    private static final class Reading {
        private final Path path;
        private final Map<String, TreeMap<Double, Double>> points = new TreeMap<>();
        private final Map<String, Integer> widths = new TreeMap<>();
        private String kind = "";
        private double last;
        private long rows;

        Reading(Path path) {
            this.path = path;
        }

        void row(NamedCsvRecord row) {
            rows++;
            if (kind.isEmpty()) {
                kind = kind(new HashSet<>(row.getHeader()));
            }
            String name = name(row);
            double at = number(row, kind.equals("arrivals") ? "submit_s" : "t_s");
            double value =
                    switch (kind) {
                        case "counts" -> number(row, "count");
                        case "arrivals" -> 1;
                        case "gpus" -> number(row, "running_gpus") + number(row, "pending_gpus");
                        default -> number(row, "active_nodes");
                    };
            if (kind.equals("counts")) {
                double width = number(row, "window_s");
                if (width < 1 || width > 86_400 || width != Math.rint(width)) {
                    throw bad(row, "window_s", "a window has 1 to 86400 whole seconds, not " + width);
                }
                name = widths.getOrDefault(name, (int) width) == (int) width ? name : name + " (" + (int) width + " s)";
                widths.put(name, (int) width);
            }
            boolean adds = kind.equals("counts") || kind.equals("arrivals");
            if (kind.equals("arrivals") && !name.isEmpty()) {
                points.computeIfAbsent(ALL, unused -> new TreeMap<>()).merge(at, 1.0, Double::sum);
            }
            points.computeIfAbsent(name, unused -> new TreeMap<>()).merge(at, value, adds ? Double::sum : (a, b) -> b);
            last = Math.max(last, at);
        }

        private String kind(Set<String> header) {
            if (header.contains("submit_s")) {
                return "arrivals";
            }
            if (header.contains("t_s") && header.contains("count") && header.contains("window_s")) {
                return "counts";
            }
            if (header.contains("t_s") && header.contains("running_gpus") && header.contains("pending_gpus")) {
                return "gpus";
            }
            if (header.contains("t_s") && header.contains("active_nodes")) {
                return "nodes";
            }
            throw CliException.badUse(path
                    + ", row 1: neither counts (t_s, window_s, count), arrivals (submit_s) nor occupancy (t_s with"
                    + " running_gpus, pending_gpus or active_nodes)");
        }

        private static String name(NamedCsvRecord row) {
            String tenant = row.findField("tenant").orElse("").strip();
            String type = row.findField("task_type").orElse("").strip();
            return tenant.isEmpty() || type.isEmpty() ? tenant + type : tenant + "/" + type;
        }

        private double number(NamedCsvRecord row, String column) {
            String cell = row.findField(column)
                    .orElseThrow(() -> bad(row, column, "is missing"))
                    .strip();
            try {
                double value = Double.parseDouble(cell);
                if (value >= 0 && Double.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw bad(row, column, "\"" + cell + "\" is not a number");
            }
            throw bad(row, column, cell + " is not a number ≥ 0");
        }

        private CliException bad(NamedCsvRecord row, String column, String what) {
            return CliException.badUse(
                    path + ", row " + row.getStartingLineNumber() + ", column " + column + ": " + what);
        }

        List<CountSeries> series(int slotSeconds) {
            if (rows == 0) {
                throw CliException.badUse(path + " has no rows");
            }
            List<CountSeries> all = new ArrayList<>();
            for (var entry : points.entrySet()) {
                int width = kind.equals("counts")
                        ? widths.getOrDefault(entry.getKey(), 60)
                        : slotSeconds > 0 ? slotSeconds : width();
                double end = kind.equals("counts") ? end(entry.getKey(), width) : last;
                if (end / width >= SLOTS_MAX) {
                    throw CliException.badUse(path + ": " + width + " s slots up to " + end + " s are too many");
                }
                double[] counts = new double[(int) (end / width) + 1];
                if (kind.equals("gpus") || kind.equals("nodes")) {
                    hold(entry.getValue(), width, counts);
                } else {
                    entry.getValue().forEach((at, value) -> counts[(int) (at / width)] += value);
                }
                all.add(new CountSeries(entry.getKey(), width, counts));
            }
            return all;
        }

        /**
         * Windows without a count are omitted, so a series that is seldom there may go on beyond its last row, as long as the
         * file does; one that is nearly always there ends where its rows do.
         */
        private double end(String name, int width) {
            TreeMap<Double, Double> own = points.getOrDefault(name, new TreeMap<>());
            double most = own.isEmpty() ? 0 : own.lastKey();
            if (own.size() > DENSE * (most / width + 1)) {
                return most;
            }
            for (var entry : points.entrySet()) {
                if (widths.getOrDefault(entry.getKey(), 0) == width) {
                    most = Math.max(most, entry.getValue().lastKey());
                }
            }
            return most;
        }

        private int width() {
            for (int width : WIDTHS) {
                if (last / width <= SLOTS_WANTED) {
                    return width;
                }
            }
            return WIDTHS[WIDTHS.length - 1];
        }

        /** A value holds until the next; a slot is given what held at its end. */
        private static void hold(NavigableMap<Double, Double> changes, int width, double[] counts) {
            for (int slot = 0; slot < counts.length; slot++) {
                var held = changes.lowerEntry((slot + 1.0) * width);
                counts[slot] = held == null ? 0 : held.getValue();
            }
        }
    }
}
