package dev.warmfront.scheduler;

/**
 * Why something was decided, for people.
 *
 * @param code stable, kebab-case, for filters and counters, for example {@code unmet-demand}
 * @param text one sentence with the figures that decided it; names no tenant's data
 */
public record Reason(String code, String text) {
    public Reason {
        if (!code.matches("[a-z]+(-[a-z]+)*")) {
            throw new IllegalArgumentException("a reason's code is kebab-case: " + code);
        }
    }
}
