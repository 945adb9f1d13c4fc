package dev.warmfront.spi;

import dev.warmfront.spi.ComputeProviderFactory.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An adapter's settings, read by what was declared: each value or its default, and one sentence that names the setting
 * where a value is missing, unknown or wrong.
 */
public final class SettingValues {

    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

    private final Map<String, String> values;

    private SettingValues(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Values by declaration; a blank one counts as not given.
     *
     * @throws IllegalArgumentException when one is unknown, or missing and required
     */
    public static SettingValues of(List<Setting> declared, Map<String, String> given) {
        Map<String, String> values = new HashMap<>();
        for (Setting setting : declared) {
            String value = given.getOrDefault(setting.name(), "").strip();
            if (value.isEmpty() && setting.required()) {
                throw bad(setting.name(), "is missing: " + setting.description());
            }
            values.put(setting.name(), value.isEmpty() ? setting.defaultValue() : value);
        }
        TreeSet<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(values.keySet());
        if (!unknown.isEmpty()) {
            throw bad(unknown.first(), "is unknown");
        }
        return new SettingValues(values);
    }

    /** The value; empty where there is neither one nor a default. */
    public Optional<String> find(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("setting " + name + " is not declared");
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** The value, or an empty text. */
    public String text(String name) {
        return find(name).orElse("");
    }

    public boolean flag(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(name, "must be true or false, not '" + text(name) + "'");
        };
    }

    public long whole(String name, long least, long most) {
        try {
            long number = Long.parseLong(text(name));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one message there is for both.
        }
        throw bad(name, "must be a whole number from %d to %d, not '%s'".formatted(least, most, text(name)));
    }

    /** What stands between commas, each once. */
    public List<String> list(String name) {
        List<String> list = new ArrayList<>();
        for (String entry : text(name).split(",", -1)) {
            if (!entry.isBlank() && !list.contains(entry.strip())) {
                list.add(entry.strip());
            }
        }
        return Collections.unmodifiableList(list);
    }

    /** What stands between commas as NAME=VALUE, in that order. */
    public SequencedMap<String, String> pairs(String name) {
        LinkedHashMap<String, String> pairs = new LinkedHashMap<>();
        for (String entry : list(name)) {
            int equals = entry.indexOf('=');
            if (equals < 1 || equals == entry.length() - 1) {
                throw bad(name, "must list NAME=VALUE, not '" + entry + "'");
            }
            if (pairs.put(
                            entry.substring(0, equals).strip(),
                            entry.substring(equals + 1).strip())
                    != null) {
                throw bad(name, "has two entries for " + entry.substring(0, equals));
            }
        }
        return Collections.unmodifiableSequencedMap(pairs);
    }

    /** An http or https URL; empty where there is none. */
    public Optional<URI> url(String name) {
        return find(name).map(text -> {
            try {
                URI uri = new URI(text);
                if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                    return uri;
                }
            } catch (URISyntaxException malformed) {
                // Falls through to the one message there is for both.
            }
            throw bad(name, "is not an http or https URL: '" + text + "'");
        });
    }

    /** What stands between commas, each in that form. */
    public List<String> list(String name, Pattern form, String example) {
        list(name).forEach(entry -> check(name, entry, form, example));
        return list(name);
    }

    /** What stands between commas as NAME=MEMBER+MEMBER, names in lower case, members in that form. */
    public SequencedMap<String, List<String>> groups(String name, Pattern form, String example) {
        LinkedHashMap<String, List<String>> groups = new LinkedHashMap<>();
        pairs(name).forEach((group, members) -> {
            check(name, group, GROUP, "general-4");
            List<String> list = List.of(members.split("\\+", -1));
            list.forEach(member -> check(name, member, form, example));
            groups.put(group, list);
        });
        return Collections.unmodifiableSequencedMap(groups);
    }

    /** Of clouds with groups of types: the setting {@code machine-types}, or the usual ones if there are no groups either. */
    public List<String> machineTypes(Pattern form, String example, String usual) {
        boolean none = list("machine-types").isEmpty() && pairs("groups").isEmpty();
        return none ? List.of(usual.split(",", -1)) : list("machine-types", form, example);
    }

    /** Types that are offered in any way, each once. */
    public static List<String> allTypes(List<String> machineTypes, SequencedMap<String, List<String>> groups) {
        LinkedHashSet<String> all = new LinkedHashSet<>(machineTypes);
        groups.values().forEach(all::addAll);
        return List.copyOf(all);
    }

    /** The value in that form. */
    public String text(String name, Pattern form, String example) {
        check(name, text(name), form, example);
        return text(name);
    }

    private static void check(String name, String entry, Pattern form, String example) {
        if (!form.matcher(entry).matches()) {
            throw bad(name, "has '%s', which is not like %s".formatted(entry, example));
        }
    }

    /** What the file holds that a setting names; empty where none is named. */
    public Optional<String> content(String name) {
        return file(name).map(path -> {
            try {
                return Files.readString(path);
            } catch (IOException unreadable) {
                throw bad(name, "cannot be read: " + unreadable.getMessage());
            }
        });
    }

    /** The file that a setting names; empty where none is named. */
    public Optional<Path> file(String name) {
        return find(name).map(text -> {
            try {
                Path path = Path.of(text).toAbsolutePath().normalize();
                if (Files.isReadable(path) && Files.isRegularFile(path)) {
                    return path;
                }
                throw bad(name, "names no file that can be read: " + path);
            } catch (InvalidPathException malformed) {
                throw bad(name, "is not a path: " + malformed.getReason());
            }
        });
    }

    /** What to throw when a value is wrong. */
    public static IllegalArgumentException bad(String setting, String what) {
        return new IllegalArgumentException("setting " + setting + " " + what);
    }
}
