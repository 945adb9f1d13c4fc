package dev.warmfront.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traces one after the other.
 *
 * @param parts at least one, in the order of time
 */
record Joined(List<Trace> parts) implements Trace {

    Joined {
        parts = List.copyOf(parts);
    }

    @Override
    public String name() {
        return parts.getFirst().name();
    }

    @Override
    public Cursor open() {
        return new Cursor() {
            private int part;
            private long skipped;
            private Cursor cursor = parts.getFirst().open();

            @Override
            public @Nullable Submission next() {
                Submission next = cursor.next();
                while (next == null && part + 1 < parts.size()) {
                    skipped += cursor.skipped();
                    cursor.close();
                    cursor = parts.get(++part).open();
                    next = cursor.next();
                }
                return next;
            }

            @Override
            public long skipped() {
                return skipped + cursor.skipped();
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }
}
