package dev.warmfront.problem;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Requests' bodies, and fields that many have. */
public final class Bodies {

    private static final double LONGEST_SECONDS = 366 * 86_400.0;

    private Bodies() {}

    /** The body, which must be there. */
    public static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.malformed("The request needs a JSON body.");
        }
        return body;
    }

    /**
     * A field that holds seconds, to the millisecond.
     *
     * @return null where the field was left out
     */
    public static @Nullable Duration seconds(String field, @Nullable Double seconds) {
        if (seconds == null) {
            return null;
        }
        if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
            throw Problems.invalid(field, "0 to " + (long) LONGEST_SECONDS + " seconds");
        }
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    /**
     * A state that a list is to be narrowed to.
     *
     * @return null where none was said
     */
    public static <E extends Enum<E>> @Nullable E state(Class<E> states, @Nullable String said) {
        if (said == null) {
            return null;
        }
        E[] known = states.getEnumConstants();
        return Arrays.stream(known)
                .filter(state -> state.name().equals(said))
                .findFirst()
                .orElseThrow(() -> Problems.malformed("state is one of " + Arrays.toString(known) + "."));
    }
}
