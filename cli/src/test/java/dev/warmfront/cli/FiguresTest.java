package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FiguresTest {

    @Test
    void percentilesAreValuesThatOccurredAtTheNearestRank() {
        Percentiles percentiles = new Percentiles(new double[] {4, 1, 3, 2});

        assertThat(percentiles.at(0)).isEqualTo(1);
        assertThat(percentiles.at(0.5)).isEqualTo(2);
        assertThat(percentiles.at(0.51)).isEqualTo(3);
        assertThat(percentiles.at(0.99)).isEqualTo(4);
        assertThat(percentiles.at(1)).isEqualTo(4);
        assertThat(new Percentiles(new double[0]).at(0.5)).isNaN();
    }

    @Test
    void aPercentileHasItsShareOfTheValuesBelowOrAtIt() {
        Seeds.check(100, random -> {
            double[] values = random.doubles(1 + random.nextInt(200)).toArray();
            double share = random.nextDouble();

            double found = new Percentiles(values).at(share);

            long atMost = Arrays.stream(values).filter(value -> value <= found).count();
            assertThat(atMost / (double) values.length).isGreaterThanOrEqualTo(share);
            long less = Arrays.stream(values).filter(value -> value < found).count();
            assertThat(less / (double) values.length).isLessThanOrEqualTo(share);
        });
    }

    @Test
    void moneyIsShownToTheLastNanoDollar() {
        assertThat(Text.money(1_500_000_000L)).isEqualTo("$1.50");
        assertThat(Text.money(1)).isEqualTo("$0.000000001");
        assertThat(Text.money(0)).isEqualTo("$0.00");
    }

    @Test
    void tablesAlignNumbersToTheRight() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        new Table("name", "count")
                .row("a", 5)
                .row("longer", 12345678)
                .print(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("name       count", "a              5", "longer  12345678");
    }
}
