package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * A trace turned into submissions that this installation can run: faster by a factor, requests shrunk in proportion so that
 * the largest fits the largest machine, and tenants split where the trace names too few.
 */
final class ArrivalsPlan {

    // Leaves room for what is added, within the 63 characters that a tenant\'s id may have.
    private static final int LONGEST_NAME = 40;
    private static final long MEBIBYTE = 1 << 20;
    private static final long DEFAULT_CPU_MILLIS = 250;
    private static final long DEFAULT_MEMORY_BYTES = 64 * MEBIBYTE;
    private static final long LEAST_CPU_MILLIS = 10;
    private static final double DEFAULT_RUNTIME_SECONDS = 1;
    private static final double TIMEOUT_FACTOR = 20;
    private static final double TIMEOUT_SECONDS = 300;

    /**
     * How to fit.
     *
     * @param speed how many recorded seconds pass in one, > 0
     * @param tenantsMin tenants at least, as far as there are rows
     * @param longestSeconds what a task runs at most, after the speed-up, > 0
     * @param cpuMillis of the largest machine
     * @param memoryBytes of the largest machine
     */
    record Fit(double speed, int tenantsMin, double longestSeconds, long cpuMillis, long memoryBytes) {}

    /**
     * One submission.
     *
     * @param atNanos after the start of the run
     */
    record Submission(String tenant, long atNanos, ObjectNode task) {}

    private final Fit fit;
    private final double cpuScale;
    private final double memoryScale;
    private final double usualRuntimeSeconds;
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, Integer> rowsOf = new HashMap<>();
    private final Set<String> tenants = new LinkedHashSet<>();
    private final List<Submission> submissions = new ArrayList<>();
    private final int recordedTenants;
    private final int parts;
    private int shortened;
    private int withoutRuntime;
    private int withoutGpu;

    ArrivalsPlan(List<Arrival> arrivals, Fit fit) {
        this.fit = fit;
        this.cpuScale = scale(arrivals, Arrival::cores, fit.cpuMillis() / 1000.0);
        this.memoryScale = scale(arrivals, Arrival::memoryMebibytes, fit.memoryBytes() / (double) MEBIBYTE);
        this.usualRuntimeSeconds = median(arrivals);
        this.recordedTenants =
                (int) arrivals.stream().map(Arrival::tenant).distinct().count();
        this.parts = Math.max(1, Math.ceilDiv(fit.tenantsMin(), recordedTenants));
        arrivals.forEach(this::add);
    }

    /** In the order of their submission. */
    List<Submission> submissions() {
        return submissions;
    }

    Set<String> tenants() {
        return tenants;
    }

    /** What was changed about the trace, one sentence each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (parts > 1) {
            notes.add("the trace tells " + recordedTenants + " tenant(s) apart: each was dealt out to up to " + parts);
        }
        if (cpuScale < 1 || memoryScale < 1) {
            notes.add("requests were scaled to the largest machine: CPU × " + round(cpuScale) + ", memory × "
                    + round(memoryScale));
        }
        if (withoutRuntime > 0) {
            notes.add(withoutRuntime + " rows record no run time: they got the median, " + round(usualRuntimeSeconds)
                    + " s before the speed-up");
        }
        if (shortened > 0) {
            notes.add(shortened + " tasks were cut to " + round(fit.longestSeconds()) + " s (--longest)");
        }
        if (withoutGpu > 0) {
            notes.add(withoutGpu + " rows ask for GPUs, which local machines lack: run without");
        }
        return notes;
    }

    private void add(Arrival arrival) {
        int row = rowsOf.merge(arrival.tenant(), 1, Integer::sum) - 1;
        String tenant = idOf(arrival.tenant()) + (parts > 1 ? "-" + (row % parts + 1) : "");
        tenants.add(tenant);
        double wanted = arrival.runtimeSeconds().orElse(usualRuntimeSeconds) / fit.speed();
        double seconds = Math.min(wanted, fit.longestSeconds());
        withoutRuntime += arrival.runtimeSeconds().isEmpty() ? 1 : 0;
        shortened += wanted > seconds ? 1 : 0;
        withoutGpu += arrival.gpus().orElse(0) > 0 ? 1 : 0;
        long cpuMillis = arrival.cores().isEmpty()
                ? Math.min(DEFAULT_CPU_MILLIS, fit.cpuMillis())
                : Math.clamp(
                        Math.round(arrival.cores().getAsDouble() * 1000 * cpuScale), LEAST_CPU_MILLIS, fit.cpuMillis());
        long memoryBytes = arrival.memoryMebibytes().isEmpty()
                ? Math.min(DEFAULT_MEMORY_BYTES, fit.memoryBytes())
                : Math.clamp(
                        Math.round(arrival.memoryMebibytes().getAsDouble() * MEBIBYTE * memoryScale),
                        MEBIBYTE,
                        fit.memoryBytes());
        submissions.add(new Submission(
                tenant,
                Math.round(arrival.submitSeconds() / fit.speed() * 1e9),
                task(arrival.taskType(), seconds, cpuMillis, memoryBytes)));
    }

    private static ObjectNode task(String taskType, double seconds, long cpuMillis, long memoryBytes) {
        ObjectNode task = Json.object();
        if (!taskType.isEmpty()) {
            task.put("taskType", taskType);
        }
        String burn =
                BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_UP).toPlainString();
        task.set("command", Json.array(List.of("warmfront-burn", burn, Long.toString(memoryBytes))));
        task.putObject("resources").put("cpuMillis", cpuMillis).put("memoryBytes", memoryBytes);
        task.put("timeoutSeconds", TIMEOUT_SECONDS + seconds * TIMEOUT_FACTOR);
        return task;
    }

    /** A tenant id for a recorded name: names may hold what a path should not, and two names must stay two. */
    private String idOf(String name) {
        return ids.computeIfAbsent(name, recorded -> {
            StringBuilder id = new StringBuilder();
            recorded.codePoints()
                    .limit(LONGEST_NAME)
                    .map(c -> c < 128 && Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : '-')
                    .forEach(id::appendCodePoint);
            String plain = recorded.isEmpty() ? "client" : "t-" + id;
            String unique = plain;
            for (int again = 2; ids.containsValue(unique); again++) {
                unique = plain + "-again-" + again;
            }
            return unique;
        });
    }

    private static double scale(List<Arrival> arrivals, Function<Arrival, OptionalDouble> request, double most) {
        double largest = arrivals.stream()
                .map(request)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .max()
                .orElse(0);
        return largest > most ? most / largest : 1;
    }

    private static double median(List<Arrival> arrivals) {
        double[] runtimes = arrivals.stream()
                .map(Arrival::runtimeSeconds)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        Arrays.sort(runtimes);
        return runtimes.length == 0 ? DEFAULT_RUNTIME_SECONDS : runtimes[runtimes.length / 2];
    }

    private static String round(double value) {
        return BigDecimal.valueOf(value)
                .round(new java.math.MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
