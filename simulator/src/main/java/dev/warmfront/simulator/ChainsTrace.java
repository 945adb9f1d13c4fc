package dev.warmfront.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Repeated runs of chains of jobs: CSV with {@code app, run_id, job_seq, start_s, runtime_s}. Each run is a workflow in
 * which every job waits for the one before it; it is submitted when its first job began. Times between jobs that the
 * recording shows are not kept: what is replayed is closed loop.
 */
final class ChainsTrace {

    private static final List<String> COLUMNS = List.of("app", "run_id", "job_seq", "start_s", "runtime_s");

    /** One run, as its rows come. */
    private static final class Run {
        private final String app;
        private final long start;
        private final List<TraceTask> jobs = new ArrayList<>();
        private long lastStart;

        Run(String app, long start) {
            this.app = app;
            this.start = start;
            this.lastStart = start;
        }
    }

    private ChainsTrace() {}

    /** Read at once: runs of different apps need not be in the order of time. */
    static ListTrace read(Path file, long maxRows) {
        Map<String, Run> runs = new LinkedHashMap<>();
        long skipped = 0;
        try (CsvTable table = CsvTable.open(file, maxRows)) {
            table.require(COLUMNS);
            while (table.next()) {
                long start = table.micros("start_s");
                String app = table.text("app");
                Run run = runs.computeIfAbsent(app + "\n" + table.text("run_id"), key -> new Run(app, start));
                if (start < run.lastStart) {
                    throw table.bad("start_s", "the job before it in its run began later: the run is not sorted");
                }
                run.lastStart = start;
                OptionalDouble runtime = table.seconds("runtime_s");
                if (runtime.isEmpty()) {
                    skipped++;
                    continue;
                }
                int place = run.jobs.size();
                run.jobs.add(new TraceTask(
                        app + "/" + table.text("job_seq"),
                        CsvTable.toMicros(runtime.getAsDouble()),
                        place == 0 ? List.of() : List.of(place - 1)));
            }
            if (runs.isEmpty()) {
                throw table.bad("", "there is a header and no row");
            }
        }
        List<Submission> submissions = runs.values().stream()
                .filter(run -> !run.jobs.isEmpty())
                .sorted(Comparator.comparingLong(run -> run.start))
                .map(run -> new Submission(run.start, run.app, run.jobs))
                .toList();
        return new ListTrace(Traces.nameOf(file), submissions, skipped);
    }
}
