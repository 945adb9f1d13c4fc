package dev.warmfront.cost;

/** A price file that cannot be used. The message is one line for its author: file, row, column and what is wrong there. */
public final class PriceFileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String file;
    private final int row;
    private final String column;

    /**
     * @param file the name the caller gave the text
     * @param row line number, 1 is the header
     * @param column the column's name, or empty when the whole row is meant
     * @param why what is wrong, without a full stop
     */
    PriceFileException(String file, int row, String column, String why) {
        super(file + ", row " + row + (column.isEmpty() ? "" : ", column " + column) + ": " + why);
        this.file = file;
        this.row = row;
        this.column = column;
    }

    public String file() {
        return file;
    }

    /** Line number, 1 is the header. */
    public int row() {
        return row;
    }

    /** The column's name, or empty when the whole row is meant. */
    public String column() {
        return column;
    }
}
