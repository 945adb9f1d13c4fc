package dev.warmfront.cell;

import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.LeadQuantiles;
import dev.warmfront.scheduler.Scheduler;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decides what is in an {@link EventLog} once more, with the classes that decided it, and compares. */
public final class EventLogReplay {

    /**
     * What came of it.
     *
     * @param decisions events that were decided again
     * @param changes that they made
     * @param difference the first decision that is not what it was, for people; null where all are
     */
    public record Result(
            long decisions, long changes, @Nullable String difference) {}

    private static final int DIFFERENT = 1;
    private static final int BAD_USE = 2;

    private EventLogReplay() {}

    /** For {@code warmfront decisions}: one line for each file; ends with 1 where a decision differs, with 2 where no log is. */
    public static void main(String... files) {
        int code = 0;
        for (String file : files) {
            try {
                Result result = replay(Path.of(file));
                System.out.printf(
                        Locale.ROOT,
                        "%s: %,d events, %,d changes, %s%n",
                        file,
                        result.decisions(),
                        result.changes(),
                        result.difference() == null ? "all as they were decided" : "differs in " + result.difference());
                code = result.difference() == null ? code : DIFFERENT;
            } catch (IOException | IllegalStateException | IllegalArgumentException e) {
                System.err.println("warmfront: " + file + " cannot be decided again: " + e.getMessage()
                        + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
                System.exit(BAD_USE);
            }
        }
        System.exit(code);
    }

    /**
     * Replays one file.
     *
     * @throws IOException when the file cannot be read, or does not begin with a tenure
     */
    public static Result replay(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String first = in.readLine();
            if (first == null || !(CellJson.read(EventLog.Line.class, first) instanceof EventLog.Line.Begun begun)) {
                throw new IOException(file + " does not begin with a tenure: it is no log of events");
            }
            CellState state = CellState.restore(begun.settings(), begun.snapshot());
            Scheduler scheduler = new PoolPolicies(begun.policy(), LeadQuantiles.UNKNOWN).scheduler(begun.leads());
            // A log of before environments were loaded ahead has no loads.
            scheduler.recall(state, begun.past(), begun.loads() == null ? List.of() : begun.loads());
            long decisions = 0;
            long changes = 0;
            for (String line = in.readLine(); line != null && isWhole(line); line = in.readLine()) {
                if (CellJson.read(EventLog.Line.class, line) instanceof EventLog.Line.Decided decided) {
                    Decision again = scheduler.decide(state, decided.event(), decided.at());
                    decisions++;
                    changes += again.changes().size();
                    if (!EventLog.Line.Decided.digest(again).equals(decided.digest())) {
                        return new Result(
                                decisions,
                                changes,
                                "line %d, %s at %s: now %s and %s"
                                        .formatted(
                                                decisions + 1,
                                                decided.event(),
                                                decided.at(),
                                                again.answer(),
                                                again.changes()));
                    }
                }
            }
            return new Result(decisions, changes, null);
        }
    }

    /** The last line of a process that was killed may have been cut. */
    private static boolean isWhole(String line) {
        return line.endsWith("}");
    }
}
