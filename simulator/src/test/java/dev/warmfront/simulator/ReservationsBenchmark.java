package dev.warmfront.simulator;

import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.ResourceKind;
import dev.warmfront.forecast.RuntimeModel;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.ResourceCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How many machines recorded work needs when it is given what it is expected to use, and when it is given its peak. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class ReservationsBenchmark {

    private static final double MISCOVERAGE = 0.05;
    private static final TenantId TENANT = new TenantId("t");

    /** A machine holds so many of the largest requests. */
    private static final int LARGEST_PER_MACHINE = 4;

    /** Where memory was not recorded it shall not count. */
    private static final long PLENTY_OF_MEMORY = 1L << 40;

    private static final class Known {
        private final CurveModel cpu = new CurveModel(ResourceKind.CPU_MILLIS, MISCOVERAGE);
        private final CurveModel memory = new CurveModel(ResourceKind.MEMORY_BYTES, MISCOVERAGE);
        private final RuntimeModel runtime = new RuntimeModel();
        private double mostCpu = 1;
        private double mostMemory = 1;

        void learn(UsageRuns.Run run) {
            double[] times = run.of(UsageRuns.Sample::after);
            cpu.learn(times, run.of(UsageRuns.Sample::cpuMillis), run.seconds(), -1);
            memory.learn(times, run.of(UsageRuns.Sample::memory), run.seconds(), -1);
            runtime.learn(-1, run.seconds());
            mostCpu = Math.max(mostCpu, run.most(UsageRuns.Sample::cpuMillis));
            mostMemory = Math.max(mostMemory, run.most(UsageRuns.Sample::memory));
        }

        /** The peak of all that was learned from. */
        Resources request() {
            return Resources.of((long) Math.ceil(mostCpu), (long) Math.ceil(mostMemory));
        }
    }

    private ReservationsBenchmark() {}

    private static String rows(UsageRuns.Workload work) {
        Map<String, Known> known = new TreeMap<>();
        work.training().forEach(run -> known.computeIfAbsent(run.type(), type -> new Known())
                .learn(run));
        List<UsageRuns.Run> judged = work.judged().stream()
                .filter(run -> known.containsKey(run.type()))
                .toList();
        Map<String, Resources> requests = new HashMap<>();
        TreeMap<String, ResourceCurve> curves = new TreeMap<>();
        long cpu = 0;
        long memory = 0;
        for (var entry : known.entrySet()) {
            Resources request = entry.getValue().request();
            requests.put(entry.getKey(), request);
            cpu = Math.max(cpu, request.cpuMillis());
            memory = Math.max(memory, request.memoryBytes());
            ResourceCurve.learned(
                            entry.getValue().cpu.climb(-1),
                            entry.getValue().memory.climb(-1),
                            entry.getValue().runtime.lifetime(-1, Lifetime.unknown()))
                    .ifPresent(curve -> curves.put(entry.getKey(), curve));
        }
        boolean recorded = memory > UsageRuns.UNRECORDED_MEMORY;
        Resources machine =
                Resources.of(LARGEST_PER_MACHINE * cpu, recorded ? LARGEST_PER_MACHINE * memory : PLENTY_OF_MEMORY);
        PackedRuns.Result byRequest = PackedRuns.run(
                judged, requests, machine, new Event.CurvesLearned(TENANT, Collections.emptySortedMap()));
        PackedRuns.Result byCurve = PackedRuns.run(judged, requests, machine, new Event.CurvesLearned(TENANT, curves));
        String what = "%s: %d types, %d runs to learn from, %d judged; machines of %.1f cores%s"
                .formatted(
                        work.name(),
                        known.size(),
                        work.training().size(),
                        judged.size(),
                        machine.cpuMillis() / 1e3,
                        recorded ? ", %.1f GiB".formatted(machine.memoryBytes() / (double) (1 << 30)) : "");
        return row(what, "request", byRequest) + row("", "curve", byCurve);
    }

    private static String row(String work, String by, PackedRuns.Result result) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d | %,.0f | %,.0f | %,.0f | %.2f %% | %.2f %% | %.1f %% | %.2f | %.2f | %d | %,.0f | %.1f |%n",
                work,
                by,
                result.machines,
                result.machineHours,
                result.wastedCoreHours,
                result.wastedGibHours,
                100.0 * result.cpuBreaches / result.samples,
                100.0 * result.memoryBreaches / result.samples,
                100.0 * result.breached.size() / result.runs,
                (double) result.escalations / result.runs,
                (double) result.refusals / result.runs,
                result.stops,
                result.lostHours,
                result.waitedSeconds / result.runs);
    }

    public static void main(String[] arguments) throws IOException {
        Path traces = Path.of(arguments[0]);
        String rows = rows(UsageRuns.hoursSideBySide(traces))
                + rows(UsageRuns.hoursOfMachines(traces))
                + rows(UsageRuns.jobs(traces));
        String text = """
                ## Reservations

                %s, by `bench/reservations TRACES`. Recorded use of CPU and memory, run by `Scheduler.decide` on machines that
                are there as soon as they are asked for and hold %d of the largest requests. Learned from the first half of the
                record, judged on the second, nothing learned in between. *Request*: each task is given, all the time, the most that
                any run of its type in the first half used. *Curve*: what the ladder of its type says, never more than that
                request; a pool with `reserveBy: CURVE`.

                Machines: at most at the same time, with work on them; machine hours likewise. Wasted: given and not used. Breaches:
                samples whose use is above what is given after the scheduler has answered (of a request: above the request), and
                the runs that had any. Adjustments: escalations and refused escalations per run. Stopped: attempts ended for
                others' sake and run again, and the hours that they had run. Wait: seconds from submission to start, on average.

                Where curves lose: a peak that is given all the time is hardly ever passed, while one task in twenty may find its
                machine full by design. CPU is then shared and the task is slower; memory cannot be, and an attempt starts anew, with
                what it had done lost. Work that is not alike (the cluster's jobs, of one core or of sixteen) gains little: what is
                not known before it begins must be kept free.

                | workload | reserve by | machines | machine hours | wasted core-hours | wasted GiB·h | breaches, CPU | breaches, memory | runs with any | escalations | refused | stopped | hours lost | wait |
                |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
                """.formatted(BenchmarkPage.stamp(), LARGEST_PER_MACHINE) + rows;
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "reservations", text);
    }
}
