package dev.warmfront.simulator;

import dev.warmfront.cost.Runs;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.IntStream;

/**
 * How much of the work comes where no keep-alive can have a machine left: tasks at whose start more machines are wanted than
 * at any time within a window before. Whoever only keeps what was used lets these wait, however it chooses.
 *
 * @param share of all tasks
 * @param largest how many tasks begin at one moment at most
 */
record Surges(double share, int largest) {

    /**
     * Looks at the tasks as if nobody waited.
     *
     * @param window how long a machine is kept at the longest
     */
    static Surges of(Runs runs, Duration window) {
        Integer[] byStart = IntStream.range(0, runs.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(byStart, Comparator.comparingLong(runs::startNanos));
        long[] ends = IntStream.range(0, runs.size())
                .mapToLong(runs::endNanos)
                .sorted()
                .toArray();
        // Levels before the present moment that no later one has exceeded, the highest first.
        Deque<long[]> peaks = new ArrayDeque<>();
        int ended = 0;
        int beyond = 0;
        int largest = 0;
        int together = 0;
        for (int i = 0; i < byStart.length; i++) {
            long now = runs.startNanos(byStart[i]);
            together = i > 0 && runs.startNanos(byStart[i - 1]) == now ? together + 1 : 1;
            largest = Math.max(largest, together);
            while (ended < ends.length && ends[ended] <= now) {
                ended++;
            }
            int level = i + 1 - ended;
            while (!peaks.isEmpty() && peaks.getFirst()[0] < now - window.toNanos()) {
                peaks.removeFirst();
            }
            beyond += peaks.isEmpty() || peaks.getFirst()[1] < level ? 1 : 0;
            while (!peaks.isEmpty() && peaks.getLast()[1] <= level) {
                peaks.removeLast();
            }
            peaks.addLast(new long[] {now, level});
        }
        return new Surges(byStart.length == 0 ? 0 : (double) beyond / byStart.length, largest);
    }
}
