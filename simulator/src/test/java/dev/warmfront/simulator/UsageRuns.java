package dev.warmfront.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Recorded use as runs of tasks: the first half of the time to learn from, the second to be judged on. */
final class UsageRuns {

    private static final double MIB = 1 << 20;

    /** What is said of memory where the record says nothing. */
    static final long UNRECORDED_MEMORY = 1 << 20;

    private static final double HOUR = 3_600;
    private static final double DAY = 86_400;

    /**
     * What is used from a moment on.
     *
     * @param after seconds since the run began
     * @param cpuMillis thousandths of a core
     * @param memory bytes; 1 MiB throughout where it was not recorded
     */
    record Sample(double after, double cpuMillis, double memory) {}

    /**
     * One run of a task.
     *
     * @param type what it is learned by
     * @param start seconds since the beginning of the record
     * @param seconds how long it ran
     * @param samples in the order of time; the first is of its beginning
     */
    record Run(String type, double start, double seconds, List<Sample> samples) {
        double[] of(ToDoubleFunction<Sample> what) {
            return samples.stream().mapToDouble(what).toArray();
        }

        double most(ToDoubleFunction<Sample> what) {
            return samples.stream().mapToDouble(what).max().orElse(0);
        }

        private Run at(double moment) {
            return new Run(type, moment, seconds, samples);
        }
    }

    /**
     * A workload.
     *
     * @param name for people
     * @param training in the order of time
     * @param judged likewise
     */
    record Workload(String name, List<Run> training, List<Run> judged) {}

    private static final class Series {
        private final List<Double> times = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> memory = new ArrayList<>();

        /** What was used from one moment to another, as a run that begins at the first. */
        Run between(String type, double from, double to) {
            List<Sample> samples = new ArrayList<>();
            for (int i = first(from); i < times.size() && times.get(i) < to; i++) {
                samples.add(new Sample(Math.max(0, times.get(i) - from), cpu.get(i), memory.get(i)));
            }
            return new Run(type, from, to - from, List.copyOf(samples));
        }

        /** The row that holds at the moment, or the first after it. */
        private int first(double moment) {
            int found = Collections.binarySearch(times, moment);
            return found >= 0 ? found : Math.max(0, -found - 2);
        }
    }

    private UsageRuns() {}

    /** Fifty machines of a company; what each does in an hour is a run of its type, so that fifty run all the time. CPU only. */
    static Workload hoursOfMachines(Path traces) {
        Map<String, Series> machines = read(traces.resolve("usage/bitbrains-50vm-cpu.csv.gz"));
        List<Run> all = new ArrayList<>();
        machines.forEach((machine, series) -> all.addAll(hours(machine, series)));
        all.sort(Comparator.comparingDouble(Run::start));
        return halved("50 machines, hours", all);
    }

    /** One machine; the 24 hours of each day run side by side, as if they were tasks of a batch. CPU and memory. */
    static Workload hoursSideBySide(Path traces) {
        Map<String, Series> machines = read(traces.resolve("usage/bitbrains-vm.csv.gz"));
        List<Run> all = new ArrayList<>();
        machines.forEach((machine, series) -> all.addAll(hours(machine, series)));
        all.sort(Comparator.comparingDouble(Run::start));
        Workload halves = halved("one machine, a day's hours side by side", all);
        return new Workload(
                halves.name(),
                halves.training(),
                halves.judged().stream()
                        .map(run -> run.at(Math.floor(run.start() / DAY) * DAY))
                        .toList());
    }

    /** Jobs of a cluster as they came, of which the record does not say which are alike: all are of one type. CPU only. */
    static Workload jobs(Path traces) {
        Map<String, Series> jobs = read(traces.resolve("usage/surf-lisa-tasks-week.csv.gz"));
        List<Run> all = new ArrayList<>();
        try (CsvTable table =
                CsvTable.open(traces.resolve("usage/surf-lisa-tasks-week.tasks.csv.gz"), CsvTable.MAX_ROWS)) {
            while (table.next()) {
                Series series = jobs.get(table.text("task_id"));
                double seconds = table.seconds("duration_s").orElse(0);
                if (series != null && seconds > 0) {
                    // Times in a job's series count from its own beginning.
                    Run run = series.between("job", 0, seconds);
                    all.add(run.at(table.seconds("submit_s").orElse(0)));
                }
            }
        }
        all.sort(Comparator.comparingDouble(Run::start));
        return halved("a cluster's jobs, all of one type", all);
    }

    private static List<Run> hours(String machine, Series series) {
        List<Run> runs = new ArrayList<>();
        double end = series.times.getLast();
        for (double from = 0; from + HOUR <= end; from += HOUR) {
            Run run = series.between(machine, from, from + HOUR);
            if (!run.samples().isEmpty()) {
                runs.add(run);
            }
        }
        return runs;
    }

    private static Workload halved(String name, List<Run> all) {
        double first = all.getFirst().start();
        // On a day's boundary, so that no day is in both.
        double middle = Math.ceil((first + all.getLast().start()) / 2 / DAY) * DAY;
        return new Workload(
                name,
                all.stream()
                        .filter(run -> run.start() + run.seconds() <= middle)
                        .toList(),
                all.stream().filter(run -> run.start() >= middle).toList());
    }

    private static Map<String, Series> read(Path file) {
        Map<String, Series> all = new TreeMap<>();
        Map<String, double[]> held = new HashMap<>();
        try (CsvTable table = CsvTable.open(file, CsvTable.MAX_ROWS)) {
            table.require(List.of("task_id", "t_s", "cpu_cores", "mem_mb"));
            while (table.next()) {
                String id = table.text("task_id");
                double[] last = held.computeIfAbsent(id, key -> new double[] {0, UNRECORDED_MEMORY});
                String cpu = table.text("cpu_cores");
                String memory = table.text("mem_mb");
                last[0] = cpu.isEmpty() ? last[0] : 1_000 * Double.parseDouble(cpu);
                last[1] = memory.isEmpty() ? last[1] : MIB * Double.parseDouble(memory);
                Series series = all.computeIfAbsent(id, key -> new Series());
                series.times.add(table.seconds("t_s").orElse(0));
                series.cpu.add(last[0]);
                series.memory.add(last[1]);
            }
        }
        return all;
    }
}
