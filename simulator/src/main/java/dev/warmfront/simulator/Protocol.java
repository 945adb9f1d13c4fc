package dev.warmfront.simulator;

import dev.warmfront.cost.Runs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a trace is for what (policy.md §8). The prefix is shown to policies that learn; its last hours are also
 * simulated, from an empty pool and unscored, so that what is scored begins with a pool as the policy keeps it; then comes
 * what is scored. What still runs when the simulation begins is submitted then, with what is left of it.
 */
final class Protocol {

    /** A bit longer than the longest keep-alive that is swept: by then a pool has forgotten how it began. */
    private static final long RUN_IN = Duration.ofMinutes(150).toNanos() / 1000;

    /** Traces up to so many submissions are read once and kept; longer ones are read anew for each run. */
    private static final int KEPT = 2_000_000;

    private final long skipped;
    private final long begins;
    private final long from;
    private final long last;
    private final long tasks;
    private final Trace taught;
    private final Trace played;
    private final Runs runs;

    /**
     * Reads the trace and splits it.
     *
     * @throws TraceException when it is bad, or nothing of it is left to score
     */
    Protocol(Trace source, ReplayOptions options, Shift shift) {
        Extent extent = Extent.of(source);
        Trace trace = extent.kept() == null ? source : extent.kept();
        skipped = extent.skipped();
        from = extent.first() + Math.round((extent.last() - extent.first()) * options.trainFraction());
        begins = Math.max(extent.first(), from - RUN_IN);
        long until = from + Math.min(options.scored().toSeconds(), Long.MAX_VALUE / 4_000_000) * 1_000_000;
        taught = new Stretch(trace, extent.first(), begins);
        Trace scored = shifted(new Stretch(trace, from, until), options, shift);
        Trace before = new Joined(List.of(carriedOver(taught), new Stretch(trace, begins, from)));
        played = new Joined(List.of(before, scored));
        Runs.Builder busy = Runs.builder();
        try (Trace.Cursor cursor = before.open()) {
            for (Submission next = cursor.next(); next != null; next = cursor.next()) {
                add(next, busy);
            }
        }
        long latest = -1;
        long count = 0;
        try (Trace.Cursor cursor = scored.open()) {
            for (Submission next = cursor.next(); next != null; next = cursor.next()) {
                add(next, busy);
                count += next.tasks().size();
                latest = next.submitMicros();
            }
        }
        if (count == 0) {
            throw new TraceException(Path.of(trace.name()), 0, "submit_s", "no task is left to score");
        }
        tasks = count;
        last = latest;
        runs = busy.build();
    }

    private Trace shifted(Trace recorded, ReplayOptions options, Shift shift) {
        if (!shift.changesWork()) {
            return recorded;
        }
        List<Submission> submissions = ListTrace.of(recorded).submissions();
        return new ListTrace(
                recorded.name(),
                submissions.isEmpty() ? submissions : shift.apply(submissions, from, options.seed()),
                0);
    }

    /** What one pass over a trace tells; the trace itself where it is short. */
    private record Extent(
            long first, long last, long skipped, @Nullable ListTrace kept) {

        static Extent of(Trace trace) {
            List<Submission> all = new ArrayList<>();
            long first = -1;
            long last = -1;
            try (Trace.Cursor cursor = trace.open()) {
                for (Submission next = cursor.next(); next != null; next = cursor.next()) {
                    last = next.submitMicros();
                    first = first < 0 ? last : first;
                    if (all.size() <= KEPT) {
                        all.add(next);
                    }
                }
                if (first < 0) {
                    throw new TraceException(Path.of(trace.name()), 0, "runtime_s", "no row has a runtime");
                }
                ListTrace kept = all.size() > KEPT ? null : new ListTrace(trace.name(), all, cursor.skipped());
                return new Extent(first, last, cursor.skipped(), kept);
            }
        }
    }

    /** What of earlier submissions is not over when the simulation begins, if nobody waited. */
    private ListTrace carriedOver(Trace earlier) {
        List<Submission> carried = new ArrayList<>();
        try (Trace.Cursor cursor = earlier.open()) {
            for (Submission next = cursor.next(); next != null; next = cursor.next()) {
                Submission rest = rest(next);
                if (rest != null) {
                    carried.add(rest);
                }
            }
        }
        return new ListTrace(earlier.name(), carried, 0);
    }

    private @Nullable Submission rest(Submission submission) {
        long[] starts = Learning.nominalStarts(submission);
        int[] places = new int[starts.length];
        List<TraceTask> left = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            TraceTask task = submission.tasks().get(i);
            long end = starts[i] + task.runtimeMicros();
            places[i] = end > begins ? left.size() : -1;
            if (end > begins) {
                List<Integer> parents = task.parents().stream()
                        .map(parent -> places[parent])
                        .filter(place -> place >= 0)
                        .toList();
                left.add(new TraceTask(task.type(), end - Math.max(starts[i], begins), parents));
            }
        }
        return left.isEmpty() ? null : new Submission(begins, submission.tenant(), left);
    }

    /** Adds when machines would be busy if nobody waited, as far as that is scored, since the beginning of what is. */
    private void add(Submission submission, Runs.Builder to) {
        long[] starts = Learning.nominalStarts(submission);
        for (int i = 0; i < starts.length; i++) {
            long end = starts[i] + submission.tasks().get(i).runtimeMicros();
            long start = Math.max(starts[i], from);
            if (end > from || starts[i] >= from) {
                to.add((start - from) * 1000, (end - start) * 1000);
            }
        }
    }

    /** Rows of the trace that have no runtime. */
    long skipped() {
        return skipped;
    }

    /** Where the simulation begins, in microseconds since the origin of the trace. */
    long begins() {
        return begins;
    }

    /** Where it begins to be scored. */
    long from() {
        return from;
    }

    /** The last submission. */
    long last() {
        return last;
    }

    /** How many tasks are submitted in what is scored. */
    long tasks() {
        return tasks;
    }

    /** What learners are told before the simulation begins. */
    Trace taught() {
        return taught;
    }

    /** What is simulated. */
    Trace played() {
        return played;
    }

    /** When machines would be busy if nobody waited, in nanoseconds since {@link #from}. */
    Runs runs() {
        return runs;
    }
}
