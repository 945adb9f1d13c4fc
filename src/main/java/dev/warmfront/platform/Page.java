package dev.warmfront.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items in the list's order
 * @param next give it as {@code cursor} to go on; null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

    public static final int MAX_LIMIT = 1000;

    public Page {
        items = List.copyOf(items);
    }

    /** A list that is never long. */
    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(items, null);
    }
}
