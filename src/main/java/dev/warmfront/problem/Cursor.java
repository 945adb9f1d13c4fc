package dev.warmfront.problem;

import dev.warmfront.platform.Page;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list that is sorted by time and id, newest first: the last item that was seen.
 *
 * @param at its time
 * @param id its id
 */
public record Cursor(Instant at, String id) {

    /** Before everything: the beginning of a list that has the newest first. */
    private static final Instant BEGINNING = Instant.parse("9999-12-31T00:00:00Z");

    /** Reads what {@link #text} wrote. */
    public static Cursor of(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new Cursor(BEGINNING, "");
        }
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int split = plain.indexOf(' ');
            return new Cursor(Instant.parse(plain.substring(0, split)), plain.substring(split + 1));
        } catch (RuntimeException e) {
            throw Problems.malformed("The cursor is none of ours; leave it out to begin at the start.");
        }
    }

    /** Opaque to clients. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((at + " " + id).getBytes(StandardCharsets.UTF_8));
    }

    /** Checks a limit. */
    public static int limit(int limit) {
        if (limit < 1 || limit > Page.MAX_LIMIT) {
            throw Problems.malformed("limit must be 1 to " + Page.MAX_LIMIT + ".");
        }
        return limit;
    }

    /**
     * The page that these items are.
     *
     * @param items one more than the limit where there are more
     */
    public static <R, V> Page<V> page(List<R> items, int limit, Function<R, Cursor> place, Function<R, V> view) {
        boolean more = items.size() > limit;
        List<R> shown = more ? items.subList(0, limit) : items;
        return new Page<>(
                shown.stream().map(view).toList(),
                more ? place.apply(shown.getLast()).text() : null);
    }
}
