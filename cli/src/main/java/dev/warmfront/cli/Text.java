package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Locale;

/** Quantities as people read them. */
final class Text {

    private static final long MEBIBYTE = 1 << 20;

    private Text() {}

    /** Nano-dollars as dollars, exact to the last digit that is not zero. */
    static String money(long nanoUsd) {
        BigDecimal dollars = BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros();
        return "$" + (dollars.scale() < 2 ? dollars.setScale(2) : dollars).toPlainString();
    }

    /** Seconds with as many digits as a person can use. */
    static String seconds(double seconds) {
        if (Double.isNaN(seconds)) {
            return "–";
        }
        return seconds < 10 ? String.format(Locale.ROOT, "%.3f", seconds) : String.format(Locale.ROOT, "%.1f", seconds);
    }

    /** A field that holds seconds, or a dash. */
    static String seconds(JsonNode node, String field) {
        return seconds(node.path(field).isNumber() ? node.get(field).asDouble() : Double.NaN);
    }

    /** A field that holds money. */
    static String money(JsonNode node, String field) {
        return money(node.path(field).asLong());
    }

    /** As somebody would write it: wholes without a point. */
    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    static String mebibytes(long bytes) {
        return bytes / MEBIBYTE + " MiB";
    }
}
