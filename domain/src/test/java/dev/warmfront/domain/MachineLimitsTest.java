package dev.warmfront.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MachineLimitsTest {

    private static final Placement FRANKFURT = new Placement(new ProviderId("aws"), "eu-central-1", "eu-central-1a");

    private static MachineLimits in(String... placements) {
        return new MachineLimits(
                Stream.of(placements).map(PlacementPattern::new).toList(), MachineLimits.WHOLE_PPM);
    }

    @Test
    void aPatternIsTheBeginningOfAPlacementCutBetweenItsParts() {
        for (String in : List.of("aws", "aws/eu-central-1", "aws/eu-central-1/eu-central-1a")) {
            assertThat(new PlacementPattern(in).includes(FRANKFURT)).as(in).isTrue();
        }
        for (String out : List.of(
                "a",
                "gcp",
                "aws2",
                "aws/eu",
                "aws/eu-central-10",
                "aws/eu-central-1/eu-central-1",
                "aws/eu-central-1/eu-central-1b",
                "aws/eu-central-1/eu-central-1a/rack",
                "eu-central-1")) {
            assertThat(new PlacementPattern(out).includes(FRANKFURT)).as(out).isFalse();
        }
    }

    @Test
    void whatIsNoPlaceIsRefused() {
        for (String bad : List.of("", " ", "/", "aws/", "/aws", "aws//a", "aws/eu 1", "a,b", "a".repeat(257))) {
            assertThatThrownBy(() -> new PlacementPattern(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("provider/region/zone");
        }
    }

    @Test
    void anyOfThePlacementsWillDoAndWithoutOneAnyAtAll() {
        Offering offering = offering(PurchaseModel.ON_DEMAND);
        assertThat(MachineLimits.NONE.permits(offering)).isTrue();
        assertThat(in("gcp", "aws/eu-central-1").permits(offering)).isTrue();
        assertThat(in("gcp", "aws/us-east-1").permits(offering)).isFalse();
        assertThat(in("b", "a", "b")).isEqualTo(in("a", "b"));
    }

    private static Offering offering(PurchaseModel model) {
        return Offering.hotOnly(
                FRANKFURT, new MachineType("m", Resources.of(1000, 1 << 20)), model, new HourlyRate(1_000));
    }

    @Test
    void aShareOfSpotLetsSpotBeUsedButNotFirst() {
        Offering spot = offering(PurchaseModel.SPOT);
        for (int share : new int[] {0, 1, 999_999, 1_000_000}) {
            MachineLimits limits = new MachineLimits(List.of(), share);
            assertThat(limits.permits(offering(PurchaseModel.ON_DEMAND))).isTrue();
            assertThat(limits.permits(spot)).isEqualTo(share > 0);
            assertThat(limits.permitsFirst(spot)).isEqualTo(share == 1_000_000);
            assertThat(limits.withoutSpot().permits(spot)).isFalse();
        }
        for (int bad : new int[] {-1, 1_000_001}) {
            assertThatThrownBy(() -> new MachineLimits(List.of(), bad)).hasMessageContaining("share of spot");
        }
    }
}
