package dev.warmfront.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.testing.Seeds;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Price book: the bundled facts, a user's prices over them, an operator's own rates. */
final class PriceBookTest {

    private static final ProviderId AWS = new ProviderId("aws");
    private static final ProviderId GCP = new ProviderId("gcp");
    private static final ProviderId RACK = new ProviderId("rack");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final String HEADER = "provider,region,machine_type,vcpu,mem_gib,ondemand_usd_h,spot_usd_h,as_of\n";

    @Test
    void listsAnAwsMachineWithItsDayAndSource() {
        ListedPrice price =
                PriceBook.bundled().find(AWS, "us-east-1", "m5.large").orElseThrow();

        assertThat(price.capacity()).isEqualTo(Resources.of(2000, 8L << 30));
        assertThat(price.onDemand()).isEqualTo(usd("0.096"));
        assertThat(price.asOf()).isEqualTo(LocalDate.of(2026, 7, 20));
        assertThat(price.source()).contains("karpenter");
    }

    @Test
    void listsAGoogleMachineWithItsGpus() {
        ListedPrice price =
                PriceBook.bundled().find(GCP, "us-central1", "a2-highgpu-2g").orElseThrow();

        assertThat(price.capacity()).isEqualTo(new Resources(24_000, 170L << 30, new TreeMap<>(Map.of("A100", 2000L))));
        assertThat(price.rate(PurchaseModel.ON_DEMAND)).contains(usd("7.34677"));
        assertThat(price.rate(PurchaseModel.SPOT)).contains(usd("3.85604"));
    }

    @Test
    void everyBundledPriceIsDatedSourcedAndPositive() {
        assertThat(PriceBook.bundled().all()).hasSizeGreaterThan(4000).allSatisfy(price -> {
            assertThat(price.asOf()).isBetween(LocalDate.of(2024, 1, 1), TODAY);
            assertThat(price.source()).isNotBlank();
            assertThat(price.onDemand().nanosPerHour()).isPositive();
            assertThat(price.rate(PurchaseModel.SPOT).orElse(HourlyRate.FREE)).isLessThanOrEqualTo(price.onDemand());
        });
    }

    @Test
    void bundlesExactlyWhatTheToolMakesOfTheCatalogues() throws IOException {
        assertThat(BundledPricesTool.csv(Traces.folder("catalog"))).isEqualTo(BundledPrices.csv());
    }

    @Test
    void saysNothingOfMachinesItDoesNotKnow() {
        assertThat(PriceBook.bundled().find(AWS, "us-east-1", "m5.enormous")).isEmpty();
        assertThat(PriceBook.bundled().find(RACK, "us-east-1", "m5.large")).isEmpty();
    }

    @Test
    void aNegotiatedPriceKeepsTheListedShapeAndSpot() {
        PriceBook book = PriceBook.bundled()
                .withOverrides(
                        "provider,region,machine_type,ondemand_usd_h\naws,us-east-1,m5.large,0.07\n",
                        "ours.csv",
                        TODAY);

        ListedPrice listed =
                PriceBook.bundled().find(AWS, "us-east-1", "m5.large").orElseThrow();
        assertThat(book.find(AWS, "us-east-1", "m5.large"))
                .contains(new ListedPrice(
                        AWS,
                        "us-east-1",
                        "m5.large",
                        listed.capacity(),
                        usd("0.07"),
                        listed.spot(),
                        TODAY,
                        "ours.csv"));
        assertThat(book.all()).hasSameSizeAs(PriceBook.bundled().all());
    }

    @Test
    void aMachineOfTheUsersOwnNeedsAShape() {
        String own = HEADER + "rack,basement,r730,56,377.5,0.41,,2026-10-01\r\n\r\n";
        ListedPrice price = PriceBook.of(List.of())
                .withOverrides("\uFEFF" + own, "own.csv", TODAY)
                .find(RACK, "basement", "r730")
                .orElseThrow();
        assertThat(price.capacity()).isEqualTo(Resources.of(56_000, 386_560L << 20));
        assertThat(price.rate(PurchaseModel.SPOT)).isEmpty();
        assertThat(price.asOf()).isEqualTo(LocalDate.of(2026, 10, 1));

        refused(HEADER + "rack,basement,r730,,,0.41,,\n", 2, "vcpu", "not in the book");
        refused(HEADER + "rack,basement,r730,56,,0.41,,\n", 2, "mem_gib", "blank");
    }

    @Test
    void quotedFieldsMayHoldCommasAndQuotes() {
        String quoted = """
                provider,region,machine_type,vcpu,mem_gib,ondemand_usd_h,source
                rack,basement,r730,56,512,0.41,"the ""old"" offer, signed"
                """;
        assertThat(PriceBook.of(List.of())
                        .withOverrides(quoted, "own.csv", TODAY)
                        .all())
                .singleElement()
                .extracting(ListedPrice::source)
                .isEqualTo("the \"old\" offer, signed");
    }

    @Test
    void refusesABadFileNamingRowAndColumn() {
        String good = HEADER + "aws,us-east-1,m5.large,2,8,0.096,,\n";
        refused("", 1, "", "empty");
        refused("provider,region,machine_type\n", 1, "ondemand_usd_h", "missing");
        refused("provider,region,machine_type,ondemand_usd_h,colour\n", 1, "colour", "not a known column");
        refused("provider,region,machine_type,ondemand_usd_h,region\n", 1, "region", "twice");
        refused(good + "aws,us-east-1,m5.large,2,8,0.097,,\n", 3, "machine_type", "listed twice");
        refused(good + "aws,us-east-1,x\n", 3, "", "has 3 fields, the header has 8");
        refused(good + "aws,us-east-1,x,2,8,-1,,\n", 3, "ondemand_usd_h", "negative");
        refused(good + "aws,us-east-1,x,2,8,NaN,,\n", 3, "ondemand_usd_h", "not a number");
        refused(good + "aws,us-east-1,x,2,8,1e999999999,,\n", 3, "ondemand_usd_h", "plain decimal");
        refused(good + "aws,us-east-1,x,2,8,0.0000000001,,\n", 3, "ondemand_usd_h", "nine decimals");
        refused(good + "aws,us-east-1,x,2,8,200000,,\n", 3, "ondemand_usd_h", "above");
        refused(good + "aws,us-east-1,x,0,8,1,,\n", 3, "vcpu", "above 0");
        refused(good + "aws,us-east-1,x,2,8,1,,yesterday\n", 3, "as_of", "not a day");
        refused(good + ",us-east-1,x,2,8,1,,\n", 3, "provider", "blank");
        refused(good + "a b,us-east-1,x,2,8,1,,\n", 3, "provider", "provider id");
        refused(good + "aws,us-east-1,\"x,2,8,1,,\n", 3, "", "quote");
    }

    @Test
    void noiseIsReadOrRefusedButNeverBreaksIt() {
        String alphabet = "provideregonmachntyp_usdh,,,\n\n\"0123456789.-eE \r";
        Seeds.check(500, random -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? HEADER : "");
            for (int i = random.nextInt(200); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                PriceBook.of(List.of()).withOverrides(text.toString(), "noise.csv", TODAY);
            } catch (PriceFileException refused) {
                assertThat(refused).hasMessageStartingWith("noise.csv, row ");
            }
        });
    }

    @Test
    void ownHardwareIsPricedByItsShape() {
        OnPremRates rates = new OnPremRates(usd("0.01"), usd("0.002"), new TreeMap<>(Map.of("A100", usd("0.80"))));
        Resources machine = new Resources(32_000, 128L << 30, new TreeMap<>(Map.of("A100", 1500L)));

        // 32 × 0.01 + 128 × 0.002 + 1.5 × 0.80
        assertThat(rates.rateOf(machine)).isEqualTo(usd("1.776"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rates.rateOf(new Resources(1, 1, new TreeMap<>(Map.of("T4", 1L)))))
                .withMessageContaining("T4");
    }

    private static void refused(String csv, int row, String column, String why) {
        assertThatExceptionOfType(PriceFileException.class)
                .isThrownBy(() -> PriceBook.of(List.of()).withOverrides(csv, "own.csv", TODAY))
                .withMessageContaining("own.csv, row " + row)
                .withMessageContaining(why)
                .satisfies(bad -> {
                    assertThat(bad.file()).isEqualTo("own.csv");
                    assertThat(bad.row()).isEqualTo(row);
                    assertThat(bad.column()).isEqualTo(column);
                });
    }

    private static HourlyRate usd(String dollarsPerHour) {
        return HourlyRate.ofDollars(new BigDecimal(dollarsPerHour));
    }
}
