package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of past tasks on its way to the control plane: read as it is sent, a piece at a time, so that its size does not
 * matter. A piece is taken whole or not at all; what was sent before a bad row stays, and is skipped when the file comes again.
 */
final class HistoryFile {

    private static final int PIECE_ROWS = 5_000;
    private static final int PIECE_CHARS = 2 << 20;
    private static final Pattern LINE = Pattern.compile("\\bline (\\d+)\\b");

    private final Path file;
    private final Api api;
    private final TreeMap<Long, Long> lines = new TreeMap<>();
    private StringBuilder piece = new StringBuilder();
    private int pieceRows;
    private long pieceLines;
    private String header = "";
    private long rows;
    private long added;

    HistoryFile(Path file, Api api) {
        this.file = file;
        this.api = api;
    }

    /**
     * What was sent.
     *
     * @param added rows that were not known before
     */
    record Sent(long rows, long added) {}

    Sent send(Progress progress) throws InterruptedException {
        try (BufferedReader text = PackedText.open(file)) {
            if (isJson(text)) {
                long number = 0;
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                    number++;
                    if (!line.isBlank()) {
                        take(line + "\n", number, progress, false);
                    }
                }
                flush(progress, false);
            } else {
                csv(text, progress);
            }
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + file + ": " + PackedText.reason(e));
        } catch (CsvParseException | UncheckedIOException e) {
            throw CliException.badUse(file + " is not a table: " + e.getMessage());
        }
        if (rows == 0) {
            throw CliException.badUse(file + ": there is no row");
        }
        return new Sent(rows, added);
    }

    /** Whether the first character that is not blank opens an object. */
    private static boolean isJson(BufferedReader text) throws IOException {
        text.mark(8192);
        int first = text.read();
        for (int i = 1; i < 8192 && first >= 0 && Character.isWhitespace(first); i++) {
            first = text.read();
        }
        text.reset();
        return first == '{';
    }

    private void csv(BufferedReader text, Progress progress) throws InterruptedException, IOException {
        // Closed with the text that it reads.
        CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text);
        for (CsvRecord row : reader) {
            String written = written(row.getFields());
            if (header.isEmpty()) {
                header = written;
            } else {
                take(written, row.getStartingLineNumber(), progress, true);
            }
        }
        flush(progress, true);
    }

    private static String written(List<String> fields) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter writer = CsvWriter.builder().build(text)) {
            writer.writeRecord(fields);
        }
        return text.toString();
    }

    private void take(String row, long line, Progress progress, boolean csv) throws InterruptedException {
        if (pieceRows == 0) {
            lines.clear();
            piece = new StringBuilder(header);
            pieceLines = header.lines().count();
        }
        lines.put(pieceLines + 1, line);
        pieceLines += Math.max(1, row.lines().count());
        piece.append(row);
        pieceRows++;
        if (pieceRows == PIECE_ROWS || piece.length() > PIECE_CHARS) {
            flush(progress, csv);
        }
    }

    private void flush(Progress progress, boolean csv) throws InterruptedException {
        if (pieceRows == 0) {
            return;
        }
        try {
            JsonNode answer = api.post("/v1/history", piece.toString(), csv ? "text/csv" : "application/x-ndjson");
            rows += pieceRows;
            added += answer.path("added").asLong();
        } catch (CliException refused) {
            throw CliException.failed(file + ": " + ofTheFile(refused.text())
                    + (rows > 0 ? " (the " + rows + " rows before this piece were taken)" : ""));
        }
        pieceRows = 0;
        progress.at(rows, 0, "rows, " + added + " of them new");
    }

    /** The control plane counts the lines of what it was sent. */
    private String ofTheFile(String message) {
        Matcher found = LINE.matcher(message);
        return found.replaceAll(hit -> {
            var before = lines.floorEntry(Long.parseLong(hit.group(1)));
            return "line "
                    + (before == null
                            ? hit.group(1)
                            : before.getValue() + Long.parseLong(hit.group(1)) - before.getKey());
        });
    }
}
