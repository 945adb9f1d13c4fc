package dev.warmfront.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table for people: columns as wide as what is in them, numbers to the right. */
final class Table {

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        this.header = List.of(header);
    }

    /** Adds a row of as many cells as there are headings. */
    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        if (row.size() != header.size()) {
            throw new IllegalArgumentException(row.size() + " cells under " + header.size() + " headings");
        }
        rows.add(row);
        return this;
    }

    void print(PrintStream out) {
        int[] widths = new int[header.size()];
        boolean[] numbers = new boolean[header.size()];
        for (int column = 0; column < header.size(); column++) {
            widths[column] = header.get(column).length();
            numbers[column] = !rows.isEmpty();
            for (List<String> row : rows) {
                String cell = row.get(column);
                widths[column] = Math.max(widths[column], cell.length());
                numbers[column] &= looksLikeNumber(cell);
            }
        }
        line(out, header, widths, numbers);
        rows.forEach(row -> line(out, row, widths, numbers));
        if (rows.isEmpty()) {
            out.println("(none)");
        }
    }

    private static boolean looksLikeNumber(String cell) {
        return cell.isEmpty() || cell.equals("–") || Character.isDigit(cell.charAt(0)) || cell.startsWith("$");
    }

    private static void line(PrintStream out, List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(numbers[column] ? padding + cell : cell + padding).append("  ");
        }
        out.println(line.toString().stripTrailing());
    }
}
