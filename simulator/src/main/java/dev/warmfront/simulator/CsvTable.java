package dev.warmfront.simulator;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A CSV file with a header line, row by row; every refusal names file, row and column. */
final class CsvTable implements AutoCloseable {

    /** No recorded workload is longer; what claims to be is damaged, or not for one machine. */
    static final long MAX_ROWS = 50_000_000;

    /** A row longer than this is no row: a quote that never closes, or not text at all. */
    private static final int MAX_ROW_CHARACTERS = 1 << 16;

    private static final int MICROS_PER_SECOND = 1_000_000;

    /** A hundred years: sums of two times stay inside a long. */
    private static final double MAX_SECONDS = 36_500.0 * 86_400;

    private final Path file;
    private final long maxRows;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final Map<String, Integer> columns = new HashMap<>();
    private CsvRecord record;
    private long row = 1;
    private long rows;

    private CsvTable(Path file, InputStream bytes, long maxRows) {
        this.file = file;
        this.maxRows = maxRows;
        reader = CsvReader.builder()
                .allowExtraFields(true)
                .allowMissingFields(true)
                .maxBufferSize(MAX_ROW_CHARACTERS)
                .detectBomHeader(true)
                .ofCsvRecord(bytes);
        records = reader.iterator();
        record = read();
        for (int i = 0; i < record.getFieldCount(); i++) {
            columns.putIfAbsent(record.getField(i).strip(), i);
        }
    }

    /**
     * Opens it and reads the header.
     *
     * @throws TraceException when it is empty or no CSV
     */
    static CsvTable open(Path file, long maxRows) {
        InputStream bytes = TraceFile.open(file);
        try {
            return new CsvTable(file, bytes, maxRows);
        } catch (TraceException bad) {
            TraceFile.close(bytes);
            throw bad;
        }
    }

    boolean has(String column) {
        return columns.containsKey(column);
    }

    /** @throws TraceException naming the first of these columns that is missing */
    void require(List<String> names) {
        for (String name : names) {
            if (!has(name)) {
                throw new TraceException(file, 1, name, "the header has no such column");
            }
        }
    }

    /** Goes to the next row; false at the end. */
    boolean next() {
        row++;
        if (!hasNext()) {
            return false;
        }
        record = read();
        row = record.getStartingLineNumber();
        if (++rows > maxRows) {
            throw bad("", "more than " + maxRows + " rows");
        }
        if (record.getFieldCount() != columns.size()) {
            throw bad("", record.getFieldCount() + " columns where the header has " + columns.size());
        }
        return true;
    }

    private boolean hasNext() {
        try {
            return records.hasNext();
        } catch (UncheckedIOException | CsvParseException e) {
            throw bad("", TraceFile.reason(e));
        }
    }

    private CsvRecord read() {
        if (!hasNext()) {
            throw bad("", "the file is empty");
        }
        return records.next();
    }

    /** The cell's text; empty where the column or the value is missing. */
    String text(String column) {
        Integer at = columns.get(column);
        return at == null ? "" : record.getField(at).strip();
    }

    /** The cell in microseconds; empty when blank. */
    OptionalDouble seconds(String column) {
        String cell = text(column);
        if (cell.isEmpty()) {
            return OptionalDouble.empty();
        }
        double value;
        try {
            value = Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw bad(column, "\"" + shortened(cell) + "\" is not a number");
        }
        if (!(value >= 0)) {
            throw bad(column, shortened(cell) + " is not a number of seconds ≥ 0");
        }
        if (value > MAX_SECONDS) {
            throw bad(column, shortened(cell) + " seconds are more than 36,500 days");
        }
        return OptionalDouble.of(value);
    }

    /** The cell in microseconds; it must be filled. */
    long micros(String column) {
        OptionalDouble seconds = seconds(column);
        if (seconds.isEmpty()) {
            throw bad(column, "is empty");
        }
        return toMicros(seconds.getAsDouble());
    }

    static long toMicros(double seconds) {
        return Math.round(seconds * MICROS_PER_SECOND);
    }

    TraceException bad(String column, String why) {
        return new TraceException(file, row, column, why);
    }

    /** On one line, whatever is in it. */
    private static String shortened(String cell) {
        String line = cell.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }

    @Override
    public void close() {
        TraceFile.close(reader);
    }
}
