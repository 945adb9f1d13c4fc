package dev.warmfront.agent;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes JSON. All that is not printable ASCII becomes an escape, so that lone surrogates survive too. */
final class JsonWriter {

    private final StringBuilder out = new StringBuilder(256);

    private JsonWriter() {}

    static String write(Json value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.out.toString();
    }

    static byte[] bytes(Json value) {
        return write(value).getBytes(StandardCharsets.US_ASCII);
    }

    private void value(Json value) {
        switch (value) {
            case Json.Obj(var members) -> object(members);
            case Json.Arr(var items) -> {
                char before = '[';
                for (Json item : items) {
                    out.append(before);
                    value(item);
                    before = ',';
                }
                out.append(items.isEmpty() ? "[]" : "]");
            }
            case Json.Text(var text) -> string(text);
            case Json.Num(var lexeme) -> out.append(lexeme);
            case Json.Bool(var bool) -> out.append(bool);
            case Json.Null nothing -> out.append("null");
        }
    }

    private void object(Map<String, Json> members) {
        char before = '{';
        for (var member : members.entrySet()) {
            out.append(before);
            string(member.getKey());
            out.append(':');
            value(member.getValue());
            before = ',';
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 127) {
                out.append(c);
            } else {
                out.append("\\u").append(Character.forDigit(c >> 12, 16));
                for (int shift = 8; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 15, 16));
                }
            }
        }
        out.append('"');
    }
}
