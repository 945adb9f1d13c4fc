package dev.warmfront.problem;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Versions as entity tags. */
public final class ETags {

    private ETags() {}

    /** The tag of a version. */
    private static String of(long version) {
        return "\"" + version + "\"";
    }

    /** A value with the tag of its version. */
    public static Response ok(Object view, long version) {
        return Response.ok(view).header(HttpHeaders.ETAG, of(version)).build();
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
