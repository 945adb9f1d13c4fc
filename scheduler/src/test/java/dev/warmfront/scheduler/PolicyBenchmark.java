package dev.warmfront.scheduler;

import dev.warmfront.testing.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Prints how long the level controllers of 1,000 pools with 10,000 instances take for one tick of the planner, one a second: run
 * by hand. A pool decides anew every 30 s where a launch takes ten minutes; pools began at different seconds.
 */
final class PolicyBenchmark {

    private static final int POOLS = 1000;
    private static final int PER_POOL = 10;
    private static final int TICKS = 240;

    private PolicyBenchmark() {}

    public static void main(String[] args) {
        int pools = args.length > 0 ? Integer.parseInt(args[0]) : POOLS;
        RandomGenerator random = Seeds.generator(1);
        LevelPrices prices = new LevelPrices(600, 50, 0.08, 600, 20, 30);
        LevelController[] controllers = new LevelController[pools];
        int[] levels = new int[pools];
        for (int i = 0; i < pools; i++) {
            controllers[i] = new LevelController(prices, WaitAim.share(0.02), i, (from, until) -> 0);
        }
        double[] took = new double[TICKS];
        for (int tick = 0; tick < TICKS; tick++) {
            long begun = System.nanoTime();
            for (int i = 0; i < pools; i++) {
                if (tick >= i % 30) {
                    controllers[i].tick(tick);
                }
            }
            took[tick] = (System.nanoTime() - begun) / 1e6;
            for (int i = 0; i < pools; i++) {
                if (tick >= i % 30 && random.nextInt(10) == 0) {
                    int by = levels[i] > 0 && random.nextInt(2 * PER_POOL) < levels[i] ? -1 : 1;
                    levels[i] += by;
                    controllers[i].change(by, tick, 60);
                }
            }
        }
        double[] late = Arrays.copyOfRange(took, TICKS / 2, TICKS);
        Arrays.sort(late);
        System.out.printf(
                "a tick over %d pools: p50 %.1f ms, p99 %.1f ms%n",
                pools, late[late.length / 2], late[(int) (0.99 * late.length)]);
    }
}
