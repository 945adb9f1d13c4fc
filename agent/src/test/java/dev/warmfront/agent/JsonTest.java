package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void whatIsWrittenIsReadTheSame() {
        Seeds.check(300, random -> {
            Json value = any(random, 0);
            assertThat(JsonReader.read(JsonWriter.bytes(value))).isEqualTo(value);
        });
    }

    @Test
    void anyBytesAreEitherReadOrRefusedInOneWay() {
        Seeds.check(300, random -> {
            byte[] bytes = JsonWriter.bytes(any(random, 0));
            for (int i = 0; i < 3; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(JsonReader.read(JsonWriter.bytes(JsonReader.read(bytes))))
                        .isNotNull();
            } catch (JsonException refused) {
                assertThat(refused).hasMessageStartingWith("not ");
            }
        });
    }

    private static Json any(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 5 ? 4 : 6)) {
            case 0 -> new Json.Bool(random.nextBoolean());
            case 1 -> Json.Null.NULL;
            case 2 -> random.nextBoolean() ? Json.Num.of(random.nextLong()) : new Json.Num("" + random.nextGaussian());
            case 3 -> new Json.Text(text(random));
            case 4 -> {
                List<Json> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(any(random, depth + 1));
                }
                yield new Json.Arr(items);
            }
            default -> {
                Map<String, Json> members = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put(text(random), any(random, depth + 1));
                }
                yield new Json.Obj(members);
            }
        };
    }

    /** Any UTF-16 code units, lone surrogates too. */
    private static String text(RandomGenerator random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            out.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
        }
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "NaN",
                "tru",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "\"\t\"",
                "1 2",
                "nul",
                "[1",
                "\"\\",
                "{\"a\"}",
                "\u00a01"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void refusesWhatIsNestedTooDeepInsteadOfOverflowing() {
        assertThat(JsonReader.read("[".repeat(64) + "]".repeat(64))).isNotNull();
        assertThatThrownBy(() -> JsonReader.read("[".repeat(1_000_000))).hasMessageContaining("too deep");
        assertThatThrownBy(() -> JsonReader.read("{\"a\":".repeat(1_000_000))).hasMessageContaining("too deep");
    }

    @Test
    void refusesNumbersThatNobodyCanMean() {
        assertThatThrownBy(() -> JsonReader.read("1".repeat(65))).hasMessageContaining("too long");
        assertThatThrownBy(() -> new Json.Num("1e999999999").toDouble()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> new Json.Num("1e999999999").toLong()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> new Json.Num("9223372036854775808").toLong()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> new Json.Num("1.5").toLong()).isInstanceOf(JsonException.class);
        assertThat(new Json.Num("9223372036854775807").toLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(new Json.Num("1e3").toLong()).isEqualTo(1_000);
    }

    @Test
    void refusesBrokenUtf8AndKeepsEscapedLoneSurrogates() {
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .hasMessage("not UTF-8");
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xc3, '"'}))
                .hasMessage("not UTF-8");
        assertThat(JsonReader.read("\"\\ud800\"")).isEqualTo(new Json.Text("\ud800"));
        assertThat(JsonReader.read("\"😀 ü\"".getBytes(StandardCharsets.UTF_8))).isEqualTo(new Json.Text("😀 ü"));
    }

    @Test
    void saysWhichMemberIsNotWhatWasExpected() {
        Json.Obj object = (Json.Obj) JsonReader.read("{\"a\":1,\"b\":\"x\",\"c\":null}");
        assertThatThrownBy(() -> object.text("a")).hasMessage("'a' is not a string");
        assertThatThrownBy(() -> object.whole("b")).hasMessage("'b' is not a number");
        assertThatThrownBy(() -> object.text("c")).isInstanceOf(JsonException.class);
        assertThat(object.text("c", "otherwise")).isEqualTo("otherwise");
        assertThat(object.items("missing")).isEmpty();
    }
}
