package dev.warmfront.spi;

import java.util.regex.Pattern;

/** What adapters need to make one sentence of a client's exception. */
public final class Failures {

    private static final Pattern BREAKS = Pattern.compile("\\s+");
    private static final int LONGEST_QUOTE = 240;

    /** Causes may go round in circles. */
    private static final int DEEPEST = 20;

    private Failures() {}

    /** Whether the failure, or what caused it, is of that kind. */
    public static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        int depth = 0;
        for (Throwable at = failure; at != null && depth < DEEPEST; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** What somebody else said, to be quoted within a sentence: one line, not too long, without the full stop. */
    public static String quote(String message) {
        String line = BREAKS.matcher(message).replaceAll(" ").strip();
        String cut = line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line;
        return cut.endsWith(".") ? cut.substring(0, cut.length() - 1) : cut;
    }
}
