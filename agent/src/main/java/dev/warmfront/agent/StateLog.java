package dev.warmfront.agent;

import java.time.Instant;

/** One line to stderr per change of state. System.Logger would load java.logging for the same lines. */
final class StateLog {

    private StateLog() {}

    /** Something changed. */
    static void info(String line) {
        print("INFO", line);
    }

    /** An operator might act. */
    static void warn(String line) {
        print("WARN", line);
    }

    private static void print(String level, String line) {
        // A line break in a foreign text would forge a line of its own.
        System.err.println(Instant.now() + " " + level + " " + line.replaceAll("\\p{Cntrl}", " "));
    }
}
