package dev.warmfront.simulator;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Independent tasks as they arrived: CSV with {@code submit_s} and {@code runtime_s}, and {@code tenant} and {@code task_type}
 * where they are known, sorted by {@code submit_s}.
 */
final class ArrivalsTrace implements Trace {

    static final String SUBMIT = "submit_s";
    private static final String RUNTIME = "runtime_s";

    private final Path file;
    private final long maxRows;

    ArrivalsTrace(Path file, long maxRows) {
        this.file = file;
        this.maxRows = maxRows;
    }

    @Override
    public String name() {
        return Traces.nameOf(file);
    }

    @Override
    public Cursor open() {
        CsvTable table = CsvTable.open(file, maxRows);
        try {
            table.require(List.of(SUBMIT, RUNTIME));
        } catch (TraceException bad) {
            table.close();
            throw bad;
        }
        return new Rows(table);
    }

    private static final class Rows implements Cursor {

        private final CsvTable table;
        private long last;
        private long skipped;
        private long read;

        Rows(CsvTable table) {
            this.table = table;
        }

        @Override
        public @Nullable Submission next() {
            while (table.next()) {
                read++;
                long submit = table.micros(SUBMIT);
                if (submit < last) {
                    throw table.bad(SUBMIT, "the row before it was submitted later: the file is not sorted");
                }
                last = submit;
                OptionalDouble runtime = table.seconds(RUNTIME);
                if (runtime.isPresent()) {
                    return Submission.of(
                            submit,
                            table.text("tenant"),
                            table.text("task_type"),
                            CsvTable.toMicros(runtime.getAsDouble()));
                }
                skipped++;
            }
            if (read == 0) {
                throw table.bad("", "there is a header and no row");
            }
            return null;
        }

        @Override
        public long skipped() {
            return skipped;
        }

        @Override
        public void close() {
            table.close();
        }
    }
}
