package dev.warmfront.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Opens trace files of every kind that is known, told by their content. */
public final class Traces {

    private Traces() {}

    /**
     * What to replay: CSV files each for itself, workflow files together as one mix.
     *
     * @param mix how workflows of a mix come
     * @throws TraceException when one cannot be used, as far as its first row tells
     */
    public static List<Trace> of(List<Path> files, Mix mix) {
        List<Trace> traces = new ArrayList<>();
        List<Path> workflows = new ArrayList<>();
        for (Path file : files) {
            switch (kind(file)) {
                case ARRIVALS -> traces.add(new ArrivalsTrace(file, CsvTable.MAX_ROWS));
                case CHAINS -> traces.add(ChainsTrace.read(file, CsvTable.MAX_ROWS));
                case WORKFLOW -> workflows.add(file);
            }
        }
        if (!workflows.isEmpty()) {
            traces.add(mixed(workflows, mix));
        }
        return traces;
    }

    /**
     * Workflow files say how a workflow ran, not when it came: they are drawn at random, at exponential distances.
     *
     * @param count how many workflows come
     * @param meanGapMicros mean time between two, > 0
     * @param seed of the draws
     */
    public record Mix(int count, long meanGapMicros, long seed) {

        /** Three hundred workflows, one every ten minutes: two days. */
        public static final Mix DEFAULT = new Mix(300, 600_000_000L, 1);

        public Mix {
            if (count < 1 || meanGapMicros < 1) {
                throw new IllegalArgumentException("a mix has a workflow and a gap > 0");
            }
        }
    }

    private enum Kind {
        ARRIVALS,
        CHAINS,
        WORKFLOW
    }

    private static Kind kind(Path file) {
        int first = ' ';
        try (InputStream bytes = TraceFile.open(file)) {
            while (first >= 0 && Character.isWhitespace(first)) {
                first = bytes.read();
            }
        } catch (IOException e) {
            throw new TraceException(file, 0, "", TraceFile.reason(e));
        }
        if (first == '{' || first == '[') {
            return Kind.WORKFLOW;
        }
        try (CsvTable table = CsvTable.open(file, CsvTable.MAX_ROWS)) {
            if (table.has("run_id") && table.has("job_seq")) {
                return Kind.CHAINS;
            }
            table.require(List.of(ArrivalsTrace.SUBMIT));
            return Kind.ARRIVALS;
        }
    }

    private static ListTrace mixed(List<Path> files, Mix mix) {
        List<WorkflowFile.Read> workflows = files.stream()
                .map(WorkflowFile::read)
                .filter(read -> !read.tasks().isEmpty())
                .toList();
        if (workflows.isEmpty()) {
            throw new TraceException(files.getFirst(), 0, "workflow.execution.tasks", "no task has a runtime");
        }
        RandomGenerator random = Randomness.generator(mix.seed());
        List<Submission> submissions = new ArrayList<>();
        long at = 0;
        long skipped = 0;
        for (int i = 0; i < mix.count(); i++) {
            WorkflowFile.Read drawn = workflows.get(random.nextInt(workflows.size()));
            submissions.add(new Submission(at, "", drawn.tasks()));
            skipped += drawn.skipped();
            at += Math.round(random.nextExponential() * mix.meanGapMicros());
        }
        String name = files.size() == 1 ? nameOf(files.getFirst()) : "mix of " + files.size() + " workflows";
        return new ListTrace(name, submissions, skipped);
    }

    static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.gz$", "").replaceFirst("\\.(csv|json)$", "");
    }
}
