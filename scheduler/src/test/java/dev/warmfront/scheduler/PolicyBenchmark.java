package dev.warmfront.scheduler;

import dev.warmfront.testing.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Prints how long the level controllers of 1,000 pools with 10,000 instances take for one tick: run by hand. */
final class PolicyBenchmark {

    private static final int POOLS = 1000;
    private static final int PER_POOL = 10;
    private static final int TICKS = 600;

    private PolicyBenchmark() {}

    public static void main(String[] args) {
        RandomGenerator random = Seeds.generator(1);
        LevelPrices prices = new LevelPrices(600, 50, 0.08, 600, 20, 30);
        LevelController[] pools = new LevelController[POOLS];
        int[] levels = new int[POOLS];
        for (int i = 0; i < POOLS; i++) {
            pools[i] = new LevelController(prices, WaitAim.share(0.02));
        }
        double[] took = new double[TICKS];
        for (int tick = 0; tick < TICKS; tick++) {
            double time = tick * 30.0;
            for (int i = 0; i < POOLS; i++) {
                for (int change = 0; change < 4; change++) {
                    int by = levels[i] > 0 && random.nextInt(2 * PER_POOL) < levels[i] ? -1 : 1;
                    levels[i] += by;
                    pools[i].change(by, time, 60);
                }
            }
            long begun = System.nanoTime();
            for (LevelController pool : pools) {
                pool.tick(time + 1);
            }
            took[tick] = (System.nanoTime() - begun) / 1e6;
        }
        double[] late = Arrays.copyOfRange(took, TICKS / 2, TICKS);
        Arrays.sort(late);
        System.out.printf(
                "a tick over %d pools: p50 %.1f ms, p99 %.1f ms%n",
                POOLS, late[late.length / 2], late[(int) (0.99 * late.length)]);
    }
}
