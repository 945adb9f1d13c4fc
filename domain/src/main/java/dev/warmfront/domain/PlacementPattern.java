package dev.warmfront.domain;

import java.util.regex.Pattern;

/**
 * A part of the world where machines may be: a provider, one of its regions, or one zone of that.
 *
 * @param text {@code provider}, {@code provider/region} or {@code provider/region/zone}: the beginning of a
 *     {@link Placement}, cut between its parts; 1–256 characters without spaces and commas
 */
public record PlacementPattern(String text) implements Comparable<PlacementPattern> {

    private static final int LONGEST = 256;
    private static final Pattern FORM = Pattern.compile("[^\\s,/]+(/[^\\s,/]+)*");

    /** What {@link #after} says where the pattern has said all that it has to say, and where it says something else. */
    private static final int ALL_SAID = Integer.MAX_VALUE;

    private static final int SAYS_ELSE = -1;

    public PlacementPattern {
        if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a placement is provider, provider/region or provider/region/zone, not '" + text + "'");
        }
    }

    /** Whether the placement is in it. */
    public boolean includes(Placement placement) {
        // Asked for each machine that might take a task: no text is put together.
        int region = after(0, placement.provider().value());
        int zone = after(region, placement.region());
        return after(zone, placement.zone()) == ALL_SAID;
    }

    /** Where the next part begins, after this one. */
    private int after(int from, String part) {
        if (from == ALL_SAID || from == SAYS_ELSE) {
            return from;
        }
        int end = from + part.length();
        if (!text.startsWith(part, from)) {
            return SAYS_ELSE;
        }
        if (end == text.length()) {
            return ALL_SAID;
        }
        return text.charAt(end) == '/' ? end + 1 : SAYS_ELSE;
    }

    @Override
    public int compareTo(PlacementPattern other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
