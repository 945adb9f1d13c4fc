package dev.warmfront.simulator;

import org.jspecify.annotations.Nullable;

/** A recorded or made workload that can be read from its beginning as often as wanted. */
public interface Trace {

    /** What people call it. */
    String name();

    /**
     * Starts reading.
     *
     * @throws TraceException when it cannot be used
     */
    Cursor open();

    /** One pass over a trace; keeps no more of it in memory than what is read next. */
    interface Cursor extends AutoCloseable {

        /**
         * The next submission in the order of time, or null at the end.
         *
         * @throws TraceException when the trace is bad from here on
         */
        @Nullable Submission next();

        /** Rows read so far that cannot be replayed because no runtime was recorded. */
        long skipped();

        @Override
        void close();
    }
}
