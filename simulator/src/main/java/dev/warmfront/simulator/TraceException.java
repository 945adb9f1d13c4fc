package dev.warmfront.simulator;

import java.nio.file.Path;

/** A trace that cannot be used, in one line for a person: file, row and column, and what is wrong there. */
public final class TraceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long row;
    private final String column;

    /**
     * @param row line number, 1 is the header; 0 when the whole file is meant
     * @param column the column's (or field's) name; empty when the whole row is meant
     * @param why what is wrong, without a full stop
     */
    TraceException(Path file, long row, String column, String why) {
        super(file + (row > 0 ? ", row " + row : "") + (column.isEmpty() ? "" : ", column " + column) + ": " + why);
        this.row = row;
        this.column = column;
    }

    /** Line number, 1 is the header; 0 when the whole file is meant. */
    public long row() {
        return row;
    }

    /** The column's (or field's) name; empty when the whole row is meant. */
    public String column() {
        return column;
    }
}
