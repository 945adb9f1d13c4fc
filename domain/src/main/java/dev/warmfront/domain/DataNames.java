package dev.warmfront.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of datasets, inputs, outputs and services, which are also names of environment variables. */
public final class DataNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

    private DataNames() {}

    /**
     * Refuses what is no name.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    public static void check(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name of a " + what + " has 1 to 63 letters, digits, - and _, and begins with a letter");
        }
    }

    /** As it stands in a variable's name: capitals, and {@code _} for {@code -}. Two names may have one. */
    public static String inVariable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
