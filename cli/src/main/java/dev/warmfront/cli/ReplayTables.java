package dev.warmfront.cli;

import dev.warmfront.simulator.Replay;
import dev.warmfront.simulator.Scores;
import dev.warmfront.simulator.ShiftSuite;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** The figures of replays as tables on a terminal. */
record ReplayTables(PrintStream out) {

    void print(Replay replay, List<Replay.PolicyResult> results) {
        out.printf(
                Locale.ROOT,
                "%s: %d tasks scored, %d rows without a runtime left out, seed %d%n"
                        + "The clairvoyant pays %s%s, of which %s is overhead.%n"
                        + "Knobs are the best in hindsight; warmfront has its target as stated, frozen before.%n%n",
                replay.name(),
                replay.tasks(),
                replay.skipped(),
                replay.options().seed(),
                replay.isBoundExact() ? "" : "at least ",
                dollars(replay.bound().spend().toDollars()),
                dollars(replay.bound().overhead().toDollars()));
        Table table = new Table(
                "POLICY",
                "KNOB",
                "OVERHEAD",
                "SPEND",
                "USD",
                "WAITING",
                "COLD",
                "P95 s",
                "P99 s",
                "MAX s",
                "IDLE h",
                "STANDBY h",
                "LAUNCHES",
                "RESUMES");
        for (Replay.PolicyResult result : results) {
            Scores best = result.best();
            table.row(
                    result.name() + (result.atTarget().isPresent() ? "" : " *"),
                    knob(best, result.knob()),
                    factor(best.rhoOverhead()),
                    factor(best.rhoSpend()),
                    dollars(best.spendUsd()),
                    percent(best.waitingShare()),
                    percent(best.coldShare()),
                    Text.seconds(best.waits().p95()),
                    Text.seconds(best.waits().p99()),
                    Text.seconds(best.waits().max()),
                    String.format(Locale.ROOT, "%.1f", best.idleHotHours()),
                    String.format(Locale.ROOT, "%.1f", best.standbyHours()),
                    best.launches(),
                    best.resumes());
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                "%nOVERHEAD and SPEND: times the clairvoyant's. * misses the target (at most %s wait).%n%n",
                percent(replay.options().waitingShare()));
    }

    void print(ShiftSuite.Result shifted) {
        out.printf(
                Locale.ROOT,
                "Shifted: %s (%s); knobs as they were%n%n",
                shifted.shift().label(),
                shifted.shift().text());
        Table table = new Table(
                "POLICY", "KNOB", "OVERHEAD", "AGAINST OPT-REACT", "WAITING", "P99 s", "MAX s", "MINUTES TO RECOVER");
        for (ShiftSuite.Entry entry : shifted.entries()) {
            Scores scores = entry.scores();
            table.row(
                    entry.name(),
                    knob(scores, entry.knobIs()),
                    factor(scores.rhoOverhead()),
                    factor(entry.rhoReact()),
                    percent(scores.waitingShare()),
                    Text.seconds(scores.waits().p99()),
                    Text.seconds(scores.waits().max()),
                    entry.slots().isPresent() ? Long.toString(entry.slots().getAsLong()) : "never");
        }
        table.print(out);
        out.println();
    }

    private static String knob(Scores scores, String what) {
        return scores.knob().isEmpty() ? "–" : scores.knob() + " " + what;
    }

    private static String factor(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "–";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * 100);
    }

    private static String dollars(BigDecimal amount) {
        return String.format(Locale.ROOT, "$%.2f", amount);
    }
}
