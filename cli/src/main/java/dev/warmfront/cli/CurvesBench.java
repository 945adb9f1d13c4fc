package dev.warmfront.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Ladder;
import dev.warmfront.forecast.ResourceKind;
import dev.warmfront.forecast.Staircase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What would have been reserved for recorded machines and what was used of it. The recorded machines name no tasks, so a
 * machine's hour (or day) is taken as one execution of its task: the earlier ones train, the next is judged.
 */
final class CurvesBench {

    private static final int KEPT = 32;
    private static final int TRAINED = 8;
    private static final int SEGMENTS = 4;
    private static final double MISCOVERAGE = 0.05;

    private static final String HEAD = """
            ## Resource curves

            Waste: reserved and not used, in multiples of what was used; in brackets the share of samples, and of executions, that
            used more than was allowed. Peak: the most of the last 32 executions, throughout. All rules know earlier executions
            only.

            By time: what is reserved is known before the execution begins. k-Segments: four equal parts, each the most of the last
            32 in it, rising (Bader et al. 2023, without an input size to regress on). Stairs: at most four steps with free
            boundaries and a conformal offset. Each sample above what is reserved then is a breach.

            Following use: at most four amounts, of which the lowest is reserved that holds the use so far; use above it moves the
            reservation to the next (an adjustment, not a breach: only the highest amount is a limit, which takes a scheduler that
            leaves room for it, and an agent that sees use pass an amount before the highest is reached). Ladder: amounts fitted to
            the last 32 executions. Peak in quarters: the same rule with 25, 50, 75 and 100 % of the peak, which has learned nothing
            else. Adjustments are per execution.

            Hindsight: four steps fitted to the execution itself, the least that any staircase by time wastes without a breach. Flat:
            one step fitted to the execution itself, the least that any constant does. Between the two lies how much inner shape an
            execution has; between flat and peak, how much executions differ.

            | machines | what | execution | judged | peak | k-Segments | stairs | stairs against peak | ladder | adjustments | ladder against peak | peak in quarters | hindsight | flat |
            |---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    private final Path traces;

    CurvesBench(Path traces) {
        this.traces = traces;
    }

    /** One execution: values that hold from the times on. */
    private record Execution(List<Double> times, List<Double> use) {
        double[] timeArray() {
            return times.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double[] useArray() {
            return use.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double peak() {
            return use.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        }
    }

    /** What a rule reserved in vain, and how often it was not enough. */
    private static final class Score {
        double wasted;
        double used;
        long samples;
        long breaches;
        long adjustments;
        int executions;
        int breached;
    }

    String curves() {
        StringBuilder text = new StringBuilder(HEAD);
        text.append(table("usage/bitbrains-50vm-cpu.csv.gz", "cpu_cores", ResourceKind.CPU_MILLIS, 86_400, "day"));
        text.append(table("usage/bitbrains-50vm-cpu.csv.gz", "cpu_cores", ResourceKind.CPU_MILLIS, 3_600, "hour"));
        text.append(table("usage/bitbrains-vm.csv.gz", "mem_mb", ResourceKind.MEMORY_BYTES, 86_400, "day"));
        text.append(table("usage/bitbrains-vm.csv.gz", "mem_mb", ResourceKind.MEMORY_BYTES, 3_600, "hour"));
        text.append(table("usage/bitbrains-vm.csv.gz", "cpu_cores", ResourceKind.CPU_MILLIS, 86_400, "day"));
        return text.toString();
    }

    private String table(String file, String column, ResourceKind kind, double seconds, String unit) {
        Map<String, List<Execution>> machines = read(traces.resolve(file), column, seconds);
        Score peak = new Score();
        Score segments = new Score();
        Score ours = new Score();
        Score following = new Score();
        Score hindsight = new Score();
        Score flat = new Score();
        Score quarters = new Score();
        machines.values().forEach(executions -> {
            CurveModel model = new CurveModel(kind, MISCOVERAGE);
            Deque<Execution> last = new ArrayDeque<>();
            for (Execution one : executions) {
                if (last.size() >= TRAINED) {
                    double most =
                            last.stream().mapToDouble(Execution::peak).max().orElse(0);
                    judge(peak, Staircase.flat(most), one, seconds);
                    judge(segments, equalSegments(last, seconds), one, seconds);
                    judge(following, model.ladder(-1, most), one, seconds);
                    judge(ours, model.predict(seconds, -1, most), one, seconds);
                    Staircase best = Staircase.cover(
                            one.timeArray(), one.useArray(), seconds, Staircase.STEPS_MAX, kind.mayFall());
                    judge(hindsight, best, one, seconds);
                    judge(flat, Staircase.flat(one.peak()), one, seconds);
                    judge(quarters, quarters(most), one, seconds);
                }
                model.learn(one.timeArray(), one.useArray(), seconds, -1);
                last.addLast(one);
                if (last.size() > KEPT) {
                    last.removeFirst();
                }
            }
        });
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %d | %s | %s | %s | %+.0f %% | %s | %.1f | %+.0f %% | %s | %.2f | %.2f |%n",
                file.replaceAll(".*/|\\.csv\\.gz", ""),
                kind == ResourceKind.CPU_MILLIS ? "CPU" : "memory",
                unit,
                ours.executions,
                cell(peak),
                cell(segments),
                cell(ours),
                100 * (ours.wasted / peak.wasted - 1),
                cell(following),
                following.adjustments / (double) following.executions,
                100 * (following.wasted / peak.wasted - 1),
                cell(quarters),
                hindsight.wasted / hindsight.used,
                flat.wasted / flat.used);
    }

    /** Four amounts that know no more than a peak. */
    private static Ladder quarters(double peak) {
        return peak > 0 ? new Ladder(peak / 4, peak / 2, 3 * peak / 4, peak) : new Ladder(0);
    }

    private static String cell(Score score) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f %%, %.1f %%)",
                score.wasted / score.used,
                100.0 * score.breaches / score.samples,
                100.0 * score.breached / score.executions);
    }

    /** The k-Segments rule with nothing to regress on: per part the most that occurred, and never less than before. */
    private static Staircase equalSegments(Deque<Execution> last, double seconds) {
        double[] values = new double[SEGMENTS];
        for (Execution one : last) {
            for (int i = 0; i < one.times().size(); i++) {
                double until = i + 1 < one.times().size() ? one.times().get(i + 1) : seconds;
                int from = (int) Math.min(SEGMENTS - 1, one.times().get(i) / seconds * SEGMENTS);
                int to = (int) Math.min(SEGMENTS - 1, Math.max(from, Math.ceil(until / seconds * SEGMENTS) - 1));
                for (int s = from; s <= to; s++) {
                    values[s] = Math.max(values[s], one.use().get(i));
                }
            }
        }
        double[] starts = new double[SEGMENTS];
        for (int s = 1; s < SEGMENTS; s++) {
            starts[s] = seconds * s / SEGMENTS;
            values[s] = Math.max(values[s], values[s - 1]);
        }
        return new Staircase(starts, values);
    }

    private static void judge(Score score, Staircase reserved, Execution one, double seconds) {
        double[] times = one.timeArray();
        double[] use = one.useArray();
        boolean breached = false;
        double raised = 0;
        for (int i = 0; i < times.length; i++) {
            double until = i + 1 < times.length ? times[i + 1] : seconds;
            double allowed = Math.max(raised, reserved.at(times[i]));
            score.samples++;
            if (use[i] > allowed * (1 + 1e-9)) {
                score.breaches++;
                breached = true;
                raised = reserved.afterBreach(use[i]);
                allowed = use[i];
            }
            score.wasted += (allowed - use[i]) * (until - times[i]);
            score.used += use[i] * (until - times[i]);
        }
        score.executions++;
        score.breached += breached ? 1 : 0;
    }

    private static void judge(Score score, Ladder given, Execution one, double seconds) {
        double[] times = one.timeArray();
        double[] use = one.useArray();
        boolean breached = false;
        double reserved = given.first();
        double limit = given.last();
        for (int i = 0; i < times.length; i++) {
            double until = i + 1 < times.length ? times[i + 1] : seconds;
            score.samples++;
            if (use[i] > limit * (1 + 1e-9)) {
                score.breaches++;
                breached = true;
                limit = given.holding(use[i]);
                reserved = limit;
            } else if (use[i] > reserved * (1 + 1e-9)) {
                score.adjustments++;
                reserved = Math.min(limit, given.holding(use[i]));
            }
            score.wasted += Math.max(0, reserved - use[i]) * (until - times[i]);
            score.used += use[i] * (until - times[i]);
        }
        score.executions++;
        score.breached += breached ? 1 : 0;
    }

    private static Map<String, List<Execution>> read(Path path, String column, double seconds) {
        Map<String, TreeMap<Long, Execution>> found = new TreeMap<>();
        Map<String, Double> held = new TreeMap<>();
        try (BufferedReader text = PackedText.open(path);
                CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(text)) {
            for (NamedCsvRecord row : rows) {
                String id = row.getField("task_id");
                double at = Double.parseDouble(row.getField("t_s"));
                String cell = row.getField(column);
                double use = cell.isEmpty() ? held.getOrDefault(id, 0.0) : Double.parseDouble(cell);
                double before = held.getOrDefault(id, use);
                held.put(id, use);
                Execution one = found.computeIfAbsent(id, unused -> new TreeMap<>())
                        .computeIfAbsent(
                                (long) (at / seconds), unused -> new Execution(new ArrayList<>(), new ArrayList<>()));
                if (one.times().isEmpty() && at % seconds > 0) {
                    // A value holds until the next row: the execution begins with what held before.
                    one.times().add(0.0);
                    one.use().add(before);
                }
                one.times().add(at % seconds);
                one.use().add(use);
            }
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + path + ": " + PackedText.reason(e));
        } catch (CsvParseException | java.io.UncheckedIOException | IllegalArgumentException e) {
            throw CliException.badUse(path + " is not a table: " + e.getMessage());
        }
        Map<String, List<Execution>> machines = new TreeMap<>();
        found.forEach((id, executions) -> machines.put(id, List.copyOf(executions.values())));
        return machines;
    }
}
