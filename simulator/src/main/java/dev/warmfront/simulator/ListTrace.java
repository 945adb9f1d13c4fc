package dev.warmfront.simulator;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload held in memory.
 *
 * @param name what people call it
 * @param submissions in the order of time
 * @param skipped rows of its source that had no runtime
 */
public record ListTrace(String name, List<Submission> submissions, long skipped) implements Trace {

    public ListTrace {
        submissions = List.copyOf(submissions);
        long last = 0;
        for (Submission submission : submissions) {
            if (submission.submitMicros() < last) {
                throw new IllegalArgumentException("submissions are not in the order of time");
            }
            last = submission.submitMicros();
        }
    }

    /** Reads all of a trace: for those that are replayed many times. */
    public static ListTrace of(Trace trace) {
        java.util.ArrayList<Submission> all = new java.util.ArrayList<>();
        try (Cursor cursor = trace.open()) {
            for (Submission next = cursor.next(); next != null; next = cursor.next()) {
                all.add(next);
            }
            return new ListTrace(trace.name(), all, cursor.skipped());
        }
    }

    @Override
    public Cursor open() {
        Iterator<Submission> iterator = submissions.iterator();
        return new Cursor() {
            @Override
            public @Nullable Submission next() {
                return iterator.hasNext() ? iterator.next() : null;
            }

            @Override
            public long skipped() {
                return skipped;
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
