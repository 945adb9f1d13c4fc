package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.spi.ContractReport.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * docs/providers.md, as far as tests write it: the table of behaviours by adapters, in which each adapter's run of the
 * contract checks its own column, and the tables of settings. {@code -Dwarmfront.regenerate=true} writes what is checked
 * otherwise. An adapter without a column gets one then, and is not checked before.
 */
public final class ProvidersPage {

    private static final String UNKNOWN = "?";

    private ProvidersPage() {}

    static void check(String adapter, Map<ProviderBehaviour, Result> results) {
        Map<ProviderBehaviour, String> column = new EnumMap<>(ProviderBehaviour.class);
        results.forEach((behaviour, result) -> column.put(behaviour, word(result)));
        check("contract", before -> {
            SortedMap<String, Map<ProviderBehaviour, String>> columns = read(before);
            if (columns.containsKey(adapter) || isRegenerating()) {
                columns.put(adapter, column);
            }
            return table(columns);
        });
    }

    /** Holds the page's table of a kind's settings to what the factory declares. */
    public static void checkSettings(ComputeProviderFactory factory) {
        StringBuilder table = new StringBuilder("\n| setting | meaning | default |\n|---|---|---|\n");
        for (ComputeProviderFactory.Setting setting : factory.settings()) {
            String otherwise = setting.defaultValue().isEmpty()
                    ? (setting.required() ? "required" : "none")
                    : "`" + setting.defaultValue() + "`";
            table.append("| `%s` | %s | %s |\n".formatted(setting.name(), setting.description(), otherwise));
        }
        check("settings of " + factory.kind(), before -> table.toString());
    }

    /**
     * @param part what is checked: it stands between two comments that name it
     * @param wanted what should be there, given what is
     */
    private static void check(String part, UnaryOperator<String> wanted) {
        Optional<Path> page = page();
        if (page.isEmpty()) {
            return;
        }
        try {
            String text = Files.readString(page.get());
            String begin = "<!-- " + part + ": begin -->";
            int from = text.indexOf(begin) + begin.length();
            int to = text.indexOf("<!-- " + part + ": end -->");
            assertThat(to).as("%s has a place for the %s", page.get(), part).isGreaterThanOrEqualTo(from);
            String before = text.substring(from, to);
            String now = wanted.apply(before);
            if (isRegenerating()) {
                Files.writeString(page.get(), text.substring(0, from) + now + text.substring(to));
            } else {
                assertThat(before)
                        .as("%s of %s; write it anew with -Dwarmfront.regenerate=true", part, page.get())
                        .isEqualTo(now);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRegenerating() {
        return Boolean.getBoolean("warmfront.regenerate");
    }

    private static String word(Result result) {
        return switch (result) {
            case HOLDS -> "yes";
            case REFUSED -> "refused";
            case NOT_TRIED -> "not tried";
            case FAILS -> "FAILS";
        };
    }

    /** In the checkout around the module whose tests run. */
    private static Optional<Path> page() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path page = folder.resolve("docs").resolve("providers.md");
            if (Files.exists(page)) {
                return Optional.of(page);
            }
        }
        return Optional.empty();
    }

    /** What each adapter's column says, behaviour by behaviour. */
    private static SortedMap<String, Map<ProviderBehaviour, String>> read(String text) {
        List<String> lines = text.lines().filter(line -> line.startsWith("|")).toList();
        SortedMap<String, Map<ProviderBehaviour, String>> columns = new TreeMap<>();
        if (lines.size() < 2) {
            return columns;
        }
        List<String> names = cells(lines.getFirst());
        for (int column = 1; column < names.size(); column++) {
            Map<ProviderBehaviour, String> words = new EnumMap<>(ProviderBehaviour.class);
            for (ProviderBehaviour behaviour : ProviderBehaviour.values()) {
                int at = column;
                words.put(
                        behaviour,
                        lines.stream()
                                .map(ProvidersPage::cells)
                                .filter(cells -> cells.getFirst().equals(behaviour.sentence()))
                                .map(cells -> cells.get(at))
                                .findFirst()
                                .orElse(UNKNOWN));
            }
            columns.put(names.get(column), words);
        }
        return columns;
    }

    private static List<String> cells(String line) {
        String inner = line.substring(1, line.lastIndexOf('|'));
        return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
    }

    private static String table(SortedMap<String, Map<ProviderBehaviour, String>> columns) {
        StringBuilder table = new StringBuilder("\n| |");
        columns.keySet().forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        for (ProviderBehaviour behaviour : ProviderBehaviour.values()) {
            table.append("| ").append(behaviour.sentence()).append(" |");
            columns.values().forEach(column -> table.append(' ')
                    .append(column.getOrDefault(behaviour, UNKNOWN))
                    .append(" |"));
            table.append('\n');
        }
        return table.toString();
    }
}
