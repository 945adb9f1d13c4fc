package dev.warmfront.cli;

import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** What many series cost: two weeks of 5-minute counts each, trained by two threads. */
final class ScaleBench {

    private static final int SLOT_SECONDS = 300;
    private static final int SLOTS = 14 * 288;
    private static final List<Integer> HORIZONS = List.of(1, 3, 6, 12, 24);
    private static final int THREADS = 2;
    private static final int WEIGHABLE = 1000;

    private final Progress progress;

    ScaleBench(Progress progress) {
        this.progress = progress;
    }

    String table(int few, int many) throws InterruptedException {
        StringBuilder text =
                new StringBuilder("## Many series\n\nTwo weeks of 5-minute counts (made: a daily wave, from a"
                        + " count a day to hundreds a slot), five horizons, two threads. Update: all series by one slot, of the"
                        + " five minutes that there are for it. Resident: the whole process.\n\n"
                        + "| series | minutes to train | CPU µs per slot | update, s | heap after, MiB | KiB per series | resident, MiB | µs per forecast |\n"
                        + "|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (int count : new int[] {few, many}) {
            text.append(row(count));
        }
        return text.toString();
    }

    private String row(int count) throws InterruptedException {
        SeriesShape shape = new SeriesShape(SLOT_SECONDS, HORIZONS, StandardExperts.all());
        long before = usedHeap();
        List<List<SeriesForecaster>> trained = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        AtomicLong processor = new AtomicLong();
        for (int t = 0; t < THREADS; t++) {
            List<SeriesForecaster> mine = new ArrayList<>();
            trained.add(mine);
            int first = t;
            threads.add(Thread.ofPlatform().start(() -> train(shape, first, count, mine, processor)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long heap = usedHeap() - before;
        String resident = resident();
        double update = updateSeconds(shape, trained);
        double micros = forecastMicros(shape, trained.getFirst());
        return String.format(
                Locale.ROOT,
                "| %d | %.1f | %.1f | %.2f | %s | %s | %.2f |%n",
                count,
                seconds / 60,
                processor.get() / 1e3 / ((double) count * SLOTS),
                update,
                // Few series weigh less than what else comes and goes on the heap.
                count < WEIGHABLE
                        ? "– | –"
                        : String.format(Locale.ROOT, "%.0f | %.1f", heap / 1048576.0, heap / 1024.0 / count),
                resident,
                micros);
    }

    private void train(SeriesShape shape, int first, int count, List<SeriesForecaster> into, AtomicLong processor) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long began = clock.getCurrentThreadCpuTime();
        Workspace work = new Workspace(shape);
        for (int i = first; i < count; i += THREADS) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(i);
            double level = Math.exp(random.nextDouble() * Math.log(1e5)) / 288;
            SeriesForecaster series = new SeriesForecaster(shape);
            for (int slot = 0; slot < SLOTS; slot++) {
                double mean = level * (1 + 0.8 * Math.sin(2 * Math.PI * slot / 288));
                series.observe(slot, draw(random, mean), work);
            }
            into.add(series);
            if (first == 0) {
                progress.at(i, count, "series");
            }
        }
        processor.addAndGet(clock.getCurrentThreadCpuTime() - began);
    }

    /** What one more slot of every series takes, by the clock. */
    private static double updateSeconds(SeriesShape shape, List<List<SeriesForecaster>> trained)
            throws InterruptedException {
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (List<SeriesForecaster> mine : trained) {
            threads.add(Thread.ofPlatform().start(() -> {
                Workspace work = new Workspace(shape);
                mine.forEach(series -> series.observe(SLOTS, series.past().lag(0), work));
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** MiB of memory that the process holds, where the system tells. */
    private static String resident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.toString(Long.parseLong(line.replaceAll("\\D", "")) / 1024))
                    .findFirst()
                    .orElse("–");
        } catch (IOException elsewhere) {
            return "–";
        }
    }

    private static double draw(RandomGenerator random, double mean) {
        if (mean > 30) {
            return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private static double forecastMicros(SeriesShape shape, List<SeriesForecaster> series) {
        Workspace work = new Workspace(shape);
        double[] quantiles = new double[Levels.COUNT];
        long calls = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < 1_000_000_000L) {
            for (SeriesForecaster one : series) {
                one.forecast((int) (calls % HORIZONS.size()), work, quantiles);
                calls++;
            }
        }
        return (System.nanoTime() - began) / 1e3 / calls;
    }

    /** Bytes in use once what is garbage is gone. */
    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
