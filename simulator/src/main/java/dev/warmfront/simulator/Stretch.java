package dev.warmfront.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A part of a trace by time of submission.
 *
 * @param whole of what
 * @param fromMicros from here on
 * @param untilMicros and before here
 */
record Stretch(Trace whole, long fromMicros, long untilMicros) implements Trace {

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public Cursor open() {
        Cursor cursor = whole.open();
        return new Cursor() {
            @Override
            public @Nullable Submission next() {
                Submission next = cursor.next();
                while (next != null && next.submitMicros() < fromMicros) {
                    next = cursor.next();
                }
                return next == null || next.submitMicros() >= untilMicros ? null : next;
            }

            @Override
            public long skipped() {
                return cursor.skipped();
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }
}
