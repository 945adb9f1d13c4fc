package dev.warmfront.platform;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Values of native queries' rows. */
public final class Columns {

    private Columns() {}

    /** A timestamptz. */
    public static Instant instant(Object value) {
        return value instanceof OffsetDateTime time ? time.toInstant() : (Instant) value;
    }

    /** A timestamptz that may be null. */
    public static @Nullable Instant optionalInstant(@Nullable Object value) {
        return value == null ? null : instant(value);
    }
}
