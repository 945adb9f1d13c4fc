package dev.warmfront.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes what was found about an adapter to {@code target/contract/ADAPTER.csv}: a head line, then one line per behaviour
 * with its result and sentence. What this run has not tried is not listed.
 */
final class ContractReport {

    /** What became of a behaviour. */
    enum Result {
        /** It works. */
        HOLDS,
        /** Its capability is not declared, and the provider refused it without changing anything. */
        REFUSED,
        /** The subject cannot bring the situation about. */
        NOT_TRIED,
        FAILS
    }

    private static final Map<String, ContractReport> REPORTS = new ConcurrentHashMap<>();

    private final String adapter;
    private final boolean documented;
    private final Map<ProviderBehaviour, Result> results = new EnumMap<>(ProviderBehaviour.class);

    private ContractReport(String adapter, boolean documented) {
        this.adapter = adapter;
        this.documented = documented;
    }

    /** The report of this run; a run of the tests is one process. */
    static ContractReport of(ProviderSubject subject) {
        return REPORTS.computeIfAbsent(subject.adapter(), adapter -> new ContractReport(adapter, subject.documented()));
    }

    /** Holds docs/providers.md to the reports that are whole; a run of a few tests says nothing of the others. */
    static void checkDocumentation() {
        REPORTS.values().forEach(ContractReport::checkColumn);
    }

    private synchronized void checkColumn() {
        if (documented && results.size() == ProviderBehaviour.values().length) {
            ProvidersPage.check(adapter, results);
        }
    }

    /** Adds a result and writes the file anew, so that a run that is cut short leaves what it had found. */
    synchronized void add(ProviderBehaviour behaviour, Result result) {
        results.put(behaviour, result);
        StringBuilder csv = new StringBuilder("adapter,behaviour,capability,result,sentence\n");
        results.forEach((key, value) -> csv.append("%s,%s,%s,%s,\"%s\"%n"
                .formatted(adapter, key, key.capability().map(Enum::name).orElse(""), value, key.sentence())));
        try {
            Path folder = Files.createDirectories(Path.of("target", "contract"));
            Files.writeString(folder.resolve(adapter + ".csv"), csv);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
