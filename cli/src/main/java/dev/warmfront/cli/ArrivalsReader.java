package dev.warmfront.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Reads an arrival trace: CSV with a header line and the columns {@code tenant, task_type, submit_s, runtime_s, cpu, mem_mb,
 * gpu}, of which only {@code submit_s} must be there and filled. Rows that cannot be read are all named, none is skipped.
 */
final class ArrivalsReader {

    private static final String SUBMIT = "submit_s";
    private static final List<String> NUMBERS = List.of(SUBMIT, "runtime_s", "cpu", "mem_mb", "gpu");
    private static final int PROBLEMS_SHOWN = 10;

    private final String file;
    private final Map<String, Integer> columns = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private int header;

    private ArrivalsReader(String file) {
        this.file = file;
    }

    /**
     * The trace's tasks in the order of their submission.
     *
     * @param limit rows read at most
     * @throws CliException (bad use) naming file, row and column of what is wrong
     */
    static List<Arrival> read(Path path, int limit) {
        ArrivalsReader reader = new ArrivalsReader(path.toString());
        try (BufferedReader lines = PackedText.open(path)) {
            return reader.parse(lines, limit);
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + path + ": " + PackedText.reason(e));
        }
    }

    private List<Arrival> parse(BufferedReader lines, int limit) throws IOException {
        String first = lines.readLine();
        readHeader(first == null ? "" : first);
        List<Arrival> arrivals = new ArrayList<>();
        int row = 1;
        for (String line = lines.readLine(); line != null && arrivals.size() < limit; line = lines.readLine()) {
            row++;
            if (!line.isBlank()) {
                int before = problems.size();
                Arrival arrival = readRow(row, line.split(",", -1));
                if (problems.size() == before) {
                    arrivals.add(arrival);
                }
            }
        }
        if (!problems.isEmpty()) {
            String more =
                    problems.size() > PROBLEMS_SHOWN ? "\n… and " + (problems.size() - PROBLEMS_SHOWN) + " more" : "";
            throw CliException.badUse(
                    String.join("\n", problems.subList(0, Math.min(PROBLEMS_SHOWN, problems.size()))) + more);
        }
        if (arrivals.isEmpty()) {
            throw CliException.badUse(file + " has no rows");
        }
        arrivals.sort(Comparator.comparingDouble(Arrival::submitSeconds));
        return arrivals;
    }

    private void readHeader(String line) {
        String[] names = line.split(",", -1);
        header = names.length;
        for (int i = 0; i < names.length; i++) {
            columns.put(names[i].strip(), i);
        }
        if (!columns.containsKey(SUBMIT)) {
            throw CliException.badUse(file + ", row 1: no column " + SUBMIT + " in the header \"" + line + "\"");
        }
    }

    private Arrival readRow(int row, String[] cells) {
        if (cells.length != header) {
            problems.add(file + ", row " + row + ": " + cells.length + " columns where the header has " + header);
            return new Arrival("", "", 0, none(), none(), none(), none());
        }
        Map<String, OptionalDouble> numbers = new HashMap<>();
        for (String column : NUMBERS) {
            numbers.put(column, number(row, column, cell(cells, column)));
        }
        if (cell(cells, SUBMIT).isEmpty()) {
            problems.add(file + ", row " + row + ", column " + SUBMIT + ": is empty");
        }
        return new Arrival(
                cell(cells, "tenant"),
                cell(cells, "task_type"),
                numbers.getOrDefault(SUBMIT, none()).orElse(0),
                numbers.getOrDefault("runtime_s", none()),
                numbers.getOrDefault("cpu", none()),
                numbers.getOrDefault("mem_mb", none()),
                numbers.getOrDefault("gpu", none()));
    }

    private String cell(String[] cells, String column) {
        Integer at = columns.get(column);
        return at == null ? "" : cells[at].strip();
    }

    private OptionalDouble number(int row, String column, String cell) {
        if (cell.isEmpty()) {
            return none();
        }
        try {
            double value = Double.parseDouble(cell);
            if (value >= 0 && Double.isFinite(value)) {
                return OptionalDouble.of(value);
            }
            problems.add(file + ", row " + row + ", column " + column + ": " + cell + " is not a number ≥ 0");
        } catch (NumberFormatException e) {
            problems.add(file + ", row " + row + ", column " + column + ": \"" + cell + "\" is not a number");
        }
        return none();
    }

    private static OptionalDouble none() {
        return OptionalDouble.empty();
    }
}
