package dev.warmfront.agent;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259), immutable. The accessors of {@link Obj} check presence and type, so that a malformed answer of
 * the control plane ends in one {@link JsonException} and never in a half-applied state.
 */
sealed interface Json {

    /** Members in the order of their text; of a repeated name the last one counts. */
    record Obj(Map<String, Json> members) implements Json {

        /** The member, or null where it is missing or JSON null. */
        @Nullable Json find(String name) {
            Json value = members.get(name);
            return value instanceof Null ? null : value;
        }

        String text(String name) {
            return switch (find(name)) {
                case Text text -> text.value();
                case null, default -> throw new JsonException("'" + name + "' is not a string");
            };
        }

        String text(String name, String otherwise) {
            return find(name) == null ? otherwise : text(name);
        }

        long whole(String name) {
            return switch (find(name)) {
                case Num number -> number.toLong();
                case null, default -> throw new JsonException("'" + name + "' is not a number");
            };
        }

        long whole(String name, long otherwise) {
            return find(name) == null ? otherwise : whole(name);
        }

        double real(String name, double otherwise) {
            return switch (find(name)) {
                case null -> otherwise;
                case Num number -> number.toDouble();
                default -> throw new JsonException("'" + name + "' is not a number");
            };
        }

        /** The items; empty where the member is missing. */
        List<Json> items(String name) {
            return switch (find(name)) {
                case null -> List.of();
                case Arr array -> array.items();
                default -> throw new JsonException("'" + name + "' is not an array");
            };
        }

        /** The member object; empty where it is missing. */
        Obj object(String name) {
            return switch (find(name)) {
                case null -> new Obj(Map.of());
                case Obj object -> object;
                default -> throw new JsonException("'" + name + "' is not an object");
            };
        }
    }

    /** An array. */
    record Arr(List<Json> items) implements Json {}

    /** A string; may hold lone surrogates, which are written as escapes. */
    record Text(String value) implements Json {}

    /**
     * A number by its text, so that no precision is lost and a hostile exponent costs nothing before somebody asks.
     *
     * @param lexeme as RFC 8259 allows it, at most {@link JsonReader#MAX_NUMBER_CHARS} characters when read
     */
    record Num(String lexeme) implements Json {

        static Num of(long value) {
            return new Num(Long.toString(value));
        }

        /** The value where it is whole and fits; a fraction or an exponent is accepted as far as a double holds it exactly. */
        long toLong() {
            try {
                return Long.parseLong(lexeme);
            } catch (NumberFormatException notPlain) {
                double value = toDouble();
                if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
                    throw new JsonException("a number is not whole or too large: " + lexeme);
                }
                return (long) value;
            }
        }

        double toDouble() {
            double value = Double.parseDouble(lexeme);
            if (Double.isInfinite(value)) {
                throw new JsonException("a number is too large: " + lexeme);
            }
            return value;
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Json {}

    /** JSON null. */
    enum Null implements Json {
        NULL
    }

    /** A string, or JSON null. */
    static Json text(@Nullable String value) {
        return value == null ? Null.NULL : new Text(value);
    }
}
