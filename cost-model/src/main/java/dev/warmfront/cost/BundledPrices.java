package dev.warmfront.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * Reads the price list out of this module's own archive: the one I/O of this room. It is a constant of the build, so a
 * replay reads the same bytes.
 */
final class BundledPrices {

    static final String RESOURCE = "prices.csv.gz";

    private BundledPrices() {}

    static String csv() {
        try (InputStream packed = BundledPrices.class.getResourceAsStream(RESOURCE)) {
            if (packed == null) {
                throw new IllegalStateException("the archive lacks its price list " + RESOURCE);
            }
            return new String(new GZIPInputStream(packed).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
