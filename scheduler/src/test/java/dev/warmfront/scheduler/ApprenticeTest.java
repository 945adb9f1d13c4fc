package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import org.junit.jupiter.api.Test;

class ApprenticeTest {

    private static final LevelPrices PRICES = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
    private static final int DEAREST = Apprentice.PRICES.length - 1;

    @Test
    void solvesWhatItIsGiven() {
        Seeds.check(50, random -> {
            int size = random.nextInt(1, 8);
            double[][] matrix = new double[size][size];
            for (int sample = 0; sample < 3 * size; sample++) {
                double[] drawn = random.doubles(size, -1, 1).toArray();
                for (int row = 0; row < size; row++) {
                    for (int column = 0; column < size; column++) {
                        matrix[row][column] += drawn[row] * drawn[column];
                    }
                }
            }
            double[] unknown = random.doubles(size, -5, 5).toArray();
            double[] right = new double[size];
            for (int row = 0; row < size; row++) {
                for (int column = 0; column < size; column++) {
                    right[row] += (matrix[row][column] + (row == column ? 0.1 : 0)) * unknown[column];
                }
            }
            Cholesky.factor(matrix, 0.1);
            Cholesky.solve(matrix, right);
            assertThat(right).containsExactly(unknown, within(1e-8));
        });
    }

    /** Ten tasks of five minutes at five past each hour. What is beyond demand as it is, by the minute of the last hour. */
    private static int[] lastHour(Apprentice apprentice, int hours) {
        DemandTrack track = new DemandTrack(Outlook.memories(PRICES.launchLead()), 300);
        int[] beyond = new int[60];
        for (int minute = 0; minute < hours * 60; minute++) {
            for (int second = 0; second < 60; second += 5) {
                double time = minute * 60 + second;
                for (int i = 0; i < 10 && second == 0; i++) {
                    if (minute % 60 == 5) {
                        track.change(1, time);
                        apprentice.came(300);
                    } else if (minute % 60 == 10) {
                        track.change(-1, time);
                    }
                }
                track.tick(time);
                apprentice.tick(time, track);
                beyond[minute % 60] = apprentice.target(DEAREST) - track.level();
            }
        }
        return beyond;
    }

    @Test
    void learnsToBeReadyWhenTheHourBringsABurst() {
        int[] beyond = lastHour(new Apprentice(PRICES, 0), 30);
        assertThat(beyond[4]).as("a minute before the burst").isGreaterThanOrEqualTo(8);
        assertThat(beyond[40]).as("in the middle of nothing").isLessThan(beyond[4]);
    }

    @Test
    void learnsTheSameFromTheSamePast() {
        assertThat(lastHour(new Apprentice(PRICES, 7), 8)).isEqualTo(lastHour(new Apprentice(PRICES, 7), 8));
    }
}
