package dev.warmfront.cost;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the bundled price list from the catalogues in {@code traces/catalog}. Stands alone, so it runs from source:
 * {@code java cost-model/src/test/java/dev/warmfront/cost/BundledPricesTool.java CATALOG-FOLDER TARGET-FILE}.
 */
final class BundledPricesTool {

    /** A catalogue file, its day (FORMATS.md; a month counts as its first day) and where it was taken from. */
    private record Catalog(String file, String asOf, String source) {}

    /** Later files win where two list the same machine in the same region. */
    private static final List<Catalog> CATALOGS = List.of(
            new Catalog("aws-2024-04.csv.gz", "2024-04-01", "vantage-sh/ec2instances.info"),
            new Catalog("aws-us-east-1-2026-07.csv.gz", "2026-07-20", "aws/karpenter-provider-aws"),
            new Catalog("gcp-2026-07.csv.gz", "2026-07-30", "Cyclenerd/google-cloud-pricing-cost-calculator"));

    private static final String HEADER =
            "provider,region,machine_type,vcpu,mem_gib,gpu_count,gpu_type,ondemand_usd_h,spot_usd_h,as_of,source";

    private BundledPricesTool() {}

    /** Usage: catalogue folder, target file. */
    static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("give the catalogue folder and the file to write");
        }
        Files.write(Path.of(args[1]), pack(csv(Path.of(args[0]))));
    }

    /** The price list as text, sorted by provider, machine type, region, so that equal shapes compress. */
    static String csv(Path folder) throws IOException {
        TreeMap<String, String> rows = new TreeMap<>();
        for (Catalog catalog : CATALOGS) {
            for (Map<String, String> row : read(folder.resolve(catalog.file()))) {
                if (hasUncountedAccelerators(row)) {
                    continue;
                }
                String key = "%s\n%s\n%s".formatted(row.get("provider"), row.get("instance_type"), row.get("region"));
                rows.put(key, line(row, catalog));
            }
        }
        return HEADER + "\n" + String.join("\n", rows.values()) + "\n";
    }

    /**
     * Accelerators that have a type without a count, or a count without a type. Left out: listed as plain machines they
     * would be offered for work they are far too dear for.
     */
    private static boolean hasUncountedAccelerators(Map<String, String> row) {
        return hasGpus(row) == row.getOrDefault("gpu_type", "").isEmpty();
    }

    private static boolean hasGpus(Map<String, String> row) {
        String count = row.getOrDefault("gpu_count", "");
        return !count.isEmpty() && !count.equals("0");
    }

    private static String line(Map<String, String> row, Catalog catalog) {
        return String.join(
                ",",
                row.get("provider"),
                row.get("region"),
                row.get("instance_type"),
                row.get("vcpu"),
                row.get("mem_gib"),
                hasGpus(row) ? row.get("gpu_count") : "",
                row.get("gpu_type"),
                row.get("ondemand_usd_h"),
                row.get("spot_usd_h"),
                catalog.asOf(),
                catalog.source());
    }

    private static List<Map<String, String>> read(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            String[] names = lines.getFirst().split(",", -1);
            List<Map<String, String>> rows = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(",", -1);
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 0; i < names.length; i++) {
                    row.put(names[i], fields[i]);
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private static byte[] pack(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
