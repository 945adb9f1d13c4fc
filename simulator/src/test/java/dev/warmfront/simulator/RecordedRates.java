package dev.warmfront.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Work drawn at recorded rates, where a trace has counts per window and no single requests. */
final class RecordedRates {

    /** Half of the requests run 20 s, one in a hundred two minutes: assumed, for the counts say nothing of it. */
    private static final Lead RUNTIME = new Lead.LogNormal(20_000_000, 120_000_000);

    private RecordedRates() {}

    /**
     * One in so many of the requests that were counted for one model, each at a moment of its window by chance.
     *
     * @param file demand with t_s, window_s, count and task_type
     */
    static ListTrace draw(Path file, String model, double oneIn, long seed) {
        RandomGenerator random = Randomness.generator(seed);
        List<Submission> submissions = new ArrayList<>();
        try (CsvTable table = CsvTable.open(file, CsvTable.MAX_ROWS)) {
            while (table.next()) {
                double mean = Double.parseDouble(table.text("count")) / oneIn;
                if (table.text("task_type").equals(model)) {
                    for (double left = mean - random.nextExponential(); left > 0; left -= random.nextExponential()) {
                        long at = table.micros("t_s") + random.nextLong(table.micros("window_s"));
                        submissions.add(Submission.of(at, table.text("tenant"), model, RUNTIME.draw(random, at)));
                    }
                }
            }
        }
        submissions.sort(Comparator.comparingLong(Submission::submitMicros));
        return new ListTrace(Traces.nameOf(file) + " " + model, submissions, 0);
    }
}
