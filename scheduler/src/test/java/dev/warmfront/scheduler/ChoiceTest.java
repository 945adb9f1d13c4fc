package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    /** Five settings, the last two of them learned. */
    private static final int LEARNED = 3;

    private static int follow(int followed, double... worse) {
        return Choice.of(worse, LEARNED, followed, false);
    }

    @Test
    void whatIsLearnedIsLeftWhereItIsWorseThanTheBestOfTheRestByMoreThanTwoInAHundred() {
        assertThat(follow(3, 100, 150, 150, 101.9, 150)).as("worse by less").isEqualTo(3);
        assertThat(follow(3, 100, 150, 150, 102.1, 150)).as("worse by more").isZero();
        assertThat(follow(3, 100, 150, 150, 102.1, 99))
                .as("the other pupil is better")
                .isEqualTo(4);
        assertThat(follow(1, 100, 102.1, 150, 150, 150))
                .as("what is not learned stays")
                .isEqualTo(1);
    }

    @Test
    void whatIsLearnedIsFollowedWhereItIsTheBestByWhatAnySettingMustBeBetter() {
        assertThat(follow(0, 100, 150, 150, 89, 150)).isEqualTo(3);
        assertThat(follow(0, 100, 150, 150, 91, 150)).as("hardly better").isZero();
        assertThat(follow(3, 100, 150, 150, 89, 150)).as("stays").isEqualTo(3);
    }

    @Test
    void whatMayNotStayIsLeftForAnyBetterOne() {
        double[] worse = {100, 99, 150};
        assertThat(Choice.of(worse, LEARNED, 0, false)).isZero();
        assertThat(Choice.of(worse, LEARNED, 0, true)).isEqualTo(1);
    }

    @Test
    void neverFollowsWhatIsLearnedAndWorseThanTheRest() {
        Seeds.check(2_000, random -> {
            double[] worse = random.doubles(5, 90, 110).toArray();
            int followed = random.nextInt(5);
            int choice = Choice.of(worse, LEARNED, followed, random.nextBoolean());
            double best = Arrays.stream(worse, 0, LEARNED).min().orElseThrow();
            if (choice >= LEARNED) {
                assertThat(worse[choice]).isLessThanOrEqualTo(1.02 * best);
            }
            assertThat(worse[choice]).as("nothing worse than before").isLessThanOrEqualTo(worse[followed]);
        });
    }

    @Test
    void tiesGoToWhatIsFollowed() {
        Seeds.check(100, random -> {
            double[] worse = new double[5];
            Arrays.fill(worse, random.nextDouble());
            int followed = random.nextInt(5);
            assertThat(Choice.of(worse, LEARNED, followed, true)).isEqualTo(followed);
        });
    }
}
