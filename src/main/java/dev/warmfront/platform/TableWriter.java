package dev.warmfront.platform;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes many rows of one table with one statement: {@code insert … select … from unnest($1::text[], …)}. One array per
 * column; JSON travels as text and is cast by the server.
 *
 * @param <T> what a row is made from
 */
public final class TableWriter<T> {

    private enum Kind {
        KEY,
        /** Written once, with the first image. */
        FIXED,
        MUTABLE,
        /** Added to what is there. */
        SUM,
        /** Replaces what is there where it is greater. */
        GREATEST
    }

    private record Column<T>(
            String name, String type, String cast, Class<?> javaType, Kind kind, Function<T, @Nullable Object> value) {}

    private final String table;
    private final List<Column<T>> columns = new ArrayList<>();

    public TableWriter(String table) {
        this.table = table;
    }

    public TableWriter<T> keyText(String name, Function<T, @Nullable Object> value) {
        return add(name, "text", "", String.class, Kind.KEY, value);
    }

    public TableWriter<T> keyInt(String name, Function<T, @Nullable Object> value) {
        return add(name, "int4", "", Integer.class, Kind.KEY, value);
    }

    public TableWriter<T> fixedText(String name, Function<T, @Nullable Object> value) {
        return add(name, "text", "", String.class, Kind.FIXED, value);
    }

    public TableWriter<T> fixedInt(String name, Function<T, @Nullable Object> value) {
        return add(name, "int4", "", Integer.class, Kind.FIXED, value);
    }

    public TableWriter<T> fixedLong(String name, Function<T, @Nullable Object> value) {
        return add(name, "int8", "", Long.class, Kind.FIXED, value);
    }

    public TableWriter<T> fixedBoolean(String name, Function<T, @Nullable Object> value) {
        return add(name, "bool", "", Boolean.class, Kind.FIXED, value);
    }

    public TableWriter<T> fixedBytes(String name, Function<T, @Nullable Object> value) {
        return add(name, "bytea", "", Buffer.class, Kind.FIXED, value);
    }

    public TableWriter<T> keyLong(String name, Function<T, @Nullable Object> value) {
        return add(name, "int8", "", Long.class, Kind.KEY, value);
    }

    public TableWriter<T> fixedTime(String name, Function<T, @Nullable Instant> value) {
        return add(name, "timestamptz", "", OffsetDateTime.class, Kind.FIXED, item -> time(value.apply(item)));
    }

    public TableWriter<T> fixedJson(String name, Function<T, @Nullable Object> value) {
        return add(name, "text", "::jsonb", String.class, Kind.FIXED, value);
    }

    public TableWriter<T> text(String name, Function<T, @Nullable Object> value) {
        return add(name, "text", "", String.class, Kind.MUTABLE, value);
    }

    public TableWriter<T> bool(String name, Function<T, @Nullable Object> value) {
        return add(name, "bool", "", Boolean.class, Kind.MUTABLE, value);
    }

    public TableWriter<T> integer(String name, Function<T, @Nullable Object> value) {
        return add(name, "int4", "", Integer.class, Kind.MUTABLE, value);
    }

    public TableWriter<T> bigint(String name, Function<T, @Nullable Object> value) {
        return add(name, "int8", "", Long.class, Kind.MUTABLE, value);
    }

    public TableWriter<T> time(String name, Function<T, @Nullable Instant> value) {
        return add(name, "timestamptz", "", OffsetDateTime.class, Kind.MUTABLE, item -> time(value.apply(item)));
    }

    /** Added, by an upsert, to what is there. */
    public TableWriter<T> sum(String name, Function<T, @Nullable Object> value) {
        return add(name, "int8", "", Long.class, Kind.SUM, value);
    }

    /** Kept, by an upsert, where it is later than what is there. */
    public TableWriter<T> latest(String name, Function<T, @Nullable Instant> value) {
        return add(name, "timestamptz", "", OffsetDateTime.class, Kind.GREATEST, item -> time(value.apply(item)));
    }

    public TableWriter<T> json(String name, Function<T, @Nullable Object> value) {
        return add(name, "text", "::jsonb", String.class, Kind.MUTABLE, value);
    }

    private TableWriter<T> add(
            String name, String type, String cast, Class<?> javaType, Kind kind, Function<T, @Nullable Object> value) {
        columns.add(new Column<>(name, type, cast, javaType, kind, value));
        return this;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** Inserts; a key that is there already keeps its row. */
    public Statement<T> insert() {
        String conflict =
                columns.stream().anyMatch(column -> column.kind() == Kind.KEY) ? " on conflict do nothing" : "";
        return new Statement<>(insertSql() + conflict, columns);
    }

    /** Inserts, or replaces what may change. */
    public Statement<T> upsert() {
        String keys = names(Kind.KEY, "", ", ");
        String sets = columns.stream()
                .filter(column -> column.kind() != Kind.KEY && column.kind() != Kind.FIXED)
                .map(column -> column.name() + " = " + merged(column))
                .collect(Collectors.joining(", "));
        return new Statement<>(insertSql() + " on conflict (" + keys + ") do update set " + sets, columns);
    }

    private String merged(Column<T> column) {
        String there = table + "." + column.name();
        String fresh = "excluded." + column.name();
        return switch (column.kind()) {
            case KEY, FIXED -> there;
            case MUTABLE -> fresh;
            case SUM -> there + " + " + fresh;
            case GREATEST -> "greatest(" + there + ", " + fresh + ")";
        };
    }

    /** Replaces what may change in rows that are there. */
    public Statement<T> update() {
        List<Column<T>> used =
                columns.stream().filter(column -> column.kind() != Kind.FIXED).toList();
        String sets = used.stream()
                .filter(column -> column.kind() == Kind.MUTABLE)
                .map(column -> column.name() + " = u." + column.name() + column.cast())
                .collect(Collectors.joining(", "));
        String keys = used.stream()
                .filter(column -> column.kind() == Kind.KEY)
                .map(column -> "t." + column.name() + " = u." + column.name())
                .collect(Collectors.joining(" and "));
        String sql = "update " + table + " t set " + sets + " from " + unnest(used) + " where " + keys;
        return new Statement<>(sql, used);
    }

    private String insertSql() {
        String values = columns.stream()
                .map(column -> "u." + column.name() + column.cast())
                .collect(Collectors.joining(", "));
        String all = columns.stream().map(Column::name).collect(Collectors.joining(", "));
        return "insert into " + table + " (" + all + ") select " + values + " from " + unnest(columns);
    }

    private String names(Kind kind, String prefix, String separator) {
        return columns.stream()
                .filter(column -> column.kind() == kind)
                .map(column -> prefix + column.name())
                .collect(Collectors.joining(separator));
    }

    private static <T> String unnest(List<Column<T>> used) {
        String arrays = IntStream.range(0, used.size())
                .mapToObj(i -> "$" + (i + 1) + "::" + used.get(i).type() + "[]")
                .collect(Collectors.joining(", "));
        String names = used.stream().map(Column::name).collect(Collectors.joining(", "));
        return "unnest(" + arrays + ") as u(" + names + ")";
    }

    /** A statement with its columns, ready for rows. */
    public static final class Statement<T> {
        private final String sql;
        private final List<Column<T>> columns;

        private Statement(String sql, List<Column<T>> columns) {
            this.sql = sql;
            this.columns = List.copyOf(columns);
        }

        /** Writes the rows in one statement of its own. */
        public Future<Void> execute(Pool pool, Collection<? extends T> rows) {
            return rows.isEmpty()
                    ? Future.succeededFuture()
                    : pool.preparedQuery(sql).execute(parameters(rows)).mapEmpty();
        }

        /** The same; gives how many rows were written: those whose keys were there already are not. */
        public Future<Integer> count(Pool pool, Collection<? extends T> rows) {
            return rows.isEmpty()
                    ? Future.succeededFuture(0)
                    : pool.preparedQuery(sql).execute(parameters(rows)).map(RowSet::rowCount);
        }

        /** Sends the rows; nothing when there are none. */
        public void send(SqlConnection connection, Collection<? extends T> rows, List<Future<RowSet<Row>>> sent) {
            if (!rows.isEmpty()) {
                sent.add(connection.preparedQuery(sql).execute(parameters(rows)));
            }
        }

        private Tuple parameters(Collection<? extends T> rows) {
            Tuple parameters = Tuple.tuple();
            for (Column<T> column : columns) {
                Object array = Array.newInstance(column.javaType(), rows.size());
                int i = 0;
                for (T row : rows) {
                    Array.set(array, i++, column.value().apply(row));
                }
                parameters.addValue(array);
            }
            return parameters;
        }
    }
}
