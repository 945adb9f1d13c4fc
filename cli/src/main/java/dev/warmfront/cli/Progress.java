package dev.warmfront.cli;

import java.io.PrintStream;
import java.time.Duration;

/** How far a long command has come, on standard error: a bar where a person watches, else a line now and then. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 24;
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration LINE = Duration.ofSeconds(5);

    private final PrintStream err;
    private final boolean terminal;
    private final String what;
    private long last;
    private boolean drawn;

    Progress(Context context, String what) {
        this.err = context.err();
        this.terminal = context.terminal();
        this.what = what;
        this.last = System.nanoTime() - (terminal ? REDRAW : LINE).toNanos();
    }

    /**
     * Says how far it is, unless it did a moment ago.
     *
     * @param total what {@code done} grows to; 0 where nobody knows
     * @param note what else is worth knowing
     */
    void at(long done, long total, String note) {
        long now = System.nanoTime();
        if (now - last < (terminal ? REDRAW : LINE).toNanos()) {
            return;
        }
        last = now;
        String count = total > 0 ? done + "/" + total : done > 0 ? Long.toString(done) : "";
        String line = (what + " " + count + " " + note).strip();
        if (!terminal) {
            err.println(line);
            return;
        }
        String bar = "";
        if (total > 0) {
            int filled = Math.clamp(WIDTH * done / total, 0, WIDTH);
            bar = "[" + "█".repeat(filled) + "·".repeat(WIDTH - filled) + "] ";
        }
        err.print("\r\033[K" + bar + line);
        err.flush();
        drawn = true;
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        if (drawn) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
