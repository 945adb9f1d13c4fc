package dev.warmfront.problem;

import org.jspecify.annotations.Nullable;

/** Requests' bodies. */
public final class Bodies {

    private Bodies() {}

    /** The body, which must be there. */
    public static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.malformed("The request needs a JSON body.");
        }
        return body;
    }
}
