package dev.warmfront.problem;

import org.jspecify.annotations.Nullable;

/** Versions as entity tags. */
public final class ETags {

    private ETags() {}

    /** The tag of a version. */
    public static String of(long version) {
        return "\"" + version + "\"";
    }

    /** The version that an {@code If-Match} names; null where it names none, or any. */
    public static @Nullable Long version(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
            return null;
        }
        try {
            return Long.valueOf(ifMatch.strip().replace("\"", ""));
        } catch (NumberFormatException e) {
            throw Problems.changedMeanwhile();
        }
    }
}
