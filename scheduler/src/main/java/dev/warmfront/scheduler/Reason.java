package dev.warmfront.scheduler;

/**
 * Why something was decided, for people.
 *
 * @param code stable, kebab-case, for filters and counters, for example {@code unmet-demand}
 * @param text one sentence with the figures that decided it; names no tenant's data
 */
public record Reason(String code, String text) {
    public Reason {
        if (!isKebabCase(code)) {
            throw new IllegalArgumentException("a reason's code is kebab-case: " + code);
        }
    }

    /** As {@code [a-z]+(-[a-z]+)*}; by hand, for several are made in every decision. */
    private static boolean isKebabCase(String code) {
        boolean letter = false;
        for (int i = 0; i < code.length(); i++) {
            char at = code.charAt(i);
            if (at == '-' ? !letter : at < 'a' || at > 'z') {
                return false;
            }
            letter = at != '-';
        }
        return letter;
    }
}
