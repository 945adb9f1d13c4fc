package dev.warmfront.gcp;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names an instance: names are unique in a zone only.
 *
 * @param zone its zone
 * @param name its name there
 */
record Ref(String zone, String name) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,63}/[a-z0-9-]{1,63}");

    /** From {@code zone/name}; empty when the text is not of that form, so that no such instance can be. */
    static Optional<Ref> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        int slash = text.indexOf('/');
        return Optional.of(new Ref(text.substring(0, slash), text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return zone + "/" + name;
    }
}
