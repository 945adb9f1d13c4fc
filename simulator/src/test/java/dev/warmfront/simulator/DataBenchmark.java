package dev.warmfront.simulator;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.Command;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chains whose tasks read what the former left, and services in two zones. Run by {@code bench/data}. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class DataBenchmark {

    static final long GIGABYTE = 1_000_000_000;

    private static final TenantId TENANT = new TenantId("ann");
    private static final ProviderId PROVIDER = new ProviderId("near");
    private static final Resources WHOLE = Resources.of(4_000, 16L << 30);
    private static final double LINK = 125e6;
    private static final long CACHE = 20 * GIGABYTE;
    private static final int MACHINES = 20;
    private static final int OTHERS = 3;
    static final List<Integer> LINE = List.of(1, 1, 1, 1, 1, 1);
    static final List<Integer> FORKS = List.of(1, 3, 1, 3, 1);
    private static final double MEAN_RUN_SECONDS = 60;
    private static final int CALLS = 5_000;
    private static final Duration NEAR = Duration.ofNanos(300_000);
    private static final Duration FAR = Duration.ofMillis(2);

    private DataBenchmark() {}

    /**
     * What a load showed.
     *
     * @param tasks that read anything
     * @param stall mean seconds from a task's assignment to its start
     * @param waited mean seconds from when it could have run to its start
     * @param local share of bytes read that lay where the task ran, or were on their way
     * @param moved bytes over all links
     * @param wasted share of the bytes fetched ahead that no task read
     * @param ahead bytes fetched ahead
     * @param makespan mean seconds of a chain
     */
    record Shown(
            int tasks,
            double stall,
            double waited,
            double local,
            long moved,
            double wasted,
            long ahead,
            double makespan) {}

    /**
     * Chains.
     *
     * @param datasets whether each task reads a registered file, too
     * @param machines at most
     * @param widths how many tasks stand beside each other in each step of a chain
     * @param busy share of the machines that the chains keep busy, nothing waited for
     * @param others share that others' tasks keep busy
     */
    record Load(
            int chains, List<Integer> widths, boolean datasets, int machines, double busy, double others, long seed) {

        double everySeconds() {
            int tasks = widths.stream().mapToInt(Integer::intValue).sum();
            return tasks * MEAN_RUN_SECONDS / (machines * busy);
        }
    }

    private static Offering offering(String zone) {
        return Offering.hotOnly(
                new Placement(PROVIDER, "r1", zone),
                new MachineType("m4", WHOLE),
                PurchaseModel.ON_DEMAND,
                HourlyRate.ofDollars(new BigDecimal("0.20")));
    }

    private static PoolSettings keeping(int ready, int most) {
        return new PoolSettings(
                "fixed-keep-alive", Duration.ofMinutes(10), null, Duration.ZERO, ready, most, PoolMode.ACTIVE);
    }

    private static DataWorld world(DataWorld.Knowledge knowledge) {
        DataWorld world = new DataWorld(new DataWorld.Hardware(LINK, CACHE, Duration.ofSeconds(60)), knowledge);
        world.tell(new Event.TenantPut(new TenantProfile(TENANT, 1, Isolation.SHARED)));
        return world;
    }

    private static Blob blob(RandomGenerator random, long bytes) {
        byte[] sum = new byte[32];
        random.nextBytes(sum);
        return new Blob(HexFormat.of().formatHex(sum), bytes);
    }

    private static TaskSpec spec(
            TenantId tenant,
            @Nullable WorkflowId workflow,
            TaskId id,
            String type,
            List<TaskId> parents,
            TaskData data) {
        return new TaskSpec(
                tenant,
                id,
                workflow,
                type,
                type,
                Command.of("true"),
                Environment.GENERIC.id(),
                WHOLE,
                5,
                Duration.ofHours(1),
                RetryPolicy.NONE,
                parents,
                TaskTraits.NONE,
                data);
    }

    private static long runtime(RandomGenerator random) {
        // Half to one and a half times the mean: as machines differ, not as tasks do.
        return Math.round(MEAN_RUN_SECONDS * (0.5 + random.nextDouble()) * 1e6);
    }

    private static double exponential(RandomGenerator random, double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    static Shown chains(Load load, DataWorld.Knowledge knowledge) {
        RandomGenerator random = Randomness.generator(load.seed());
        DataWorld world = world(knowledge);
        world.tell(new Event.OfferingsPut(PROVIDER, List.of(offering("z1"))));
        world.tell(new Event.PoolPut(null, keeping(0, load.machines())));
        List<Blob> registered = new ArrayList<>();
        for (int step = 0; step < load.widths().size(); step++) {
            registered.add(blob(random, GIGABYTE / 2));
        }
        double at = 0;
        for (int chain = 0; chain < load.chains(); chain++) {
            Map<TaskId, DataWorld.Work> work = new HashMap<>();
            List<TaskSpec> tasks = chain("w" + chain, load, registered, random, work);
            world.at(Math.round(at * 1e6), TENANT, tasks, work);
            at += exponential(random, load.everySeconds());
        }
        others(world, load, at, random);
        world.run();
        return shown(world);
    }

    /** Layer by layer; each task reads what all of the layer before left. */
    private static List<TaskSpec> chain(
            String name, Load load, List<Blob> registered, RandomGenerator random, Map<TaskId, DataWorld.Work> work) {
        List<TaskSpec> tasks = new ArrayList<>();
        List<TaskId> former = List.of();
        for (int layer = 0; layer < load.widths().size(); layer++) {
            List<TaskId> now = new ArrayList<>();
            for (int i = 0; i < load.widths().get(layer); i++) {
                TaskId id = new TaskId(name + "." + layer + "." + i);
                List<TaskInput> inputs = new ArrayList<>();
                for (int k = 0; k < former.size(); k++) {
                    inputs.add(new TaskInput.Output("former" + k, former.get(k), "result"));
                }
                if (load.datasets()) {
                    inputs.add(new TaskInput.Dataset("step", "https://data.example/step", registered.get(layer)));
                }
                boolean last = layer == load.widths().size() - 1;
                SortedMap<String, String> leaves =
                        last ? Collections.emptySortedMap() : new TreeMap<>(Map.of("result", "result"));
                TaskData data = new TaskData(inputs, leaves, List.of());
                tasks.add(spec(TENANT, new WorkflowId(name), id, "step-" + layer, former, data));
                SortedMap<String, Blob> left = new TreeMap<>();
                leaves.keySet().forEach(output -> left.put(output, blob(random, GIGABYTE)));
                work.put(id, new DataWorld.Work(runtime(random), left));
                now.add(id);
            }
            former = now;
        }
        return tasks;
    }

    /** Short tasks of three other tenants that read nothing: their turns come between those of a chain. */
    private static void others(DataWorld world, Load load, double until, RandomGenerator random) {
        if (load.others() == 0) {
            return;
        }
        for (int i = 0; i < OTHERS; i++) {
            world.tell(new Event.TenantPut(new TenantProfile(new TenantId("other-" + i), 1, Isolation.SHARED)));
        }
        double at = 0;
        for (int number = 0; at < until; number++) {
            TenantId tenant = new TenantId("other-" + random.nextInt(OTHERS));
            TaskSpec task = spec(tenant, null, new TaskId("o" + number), "short", List.of(), TaskData.NONE);
            world.at(
                    Math.round(at * 1e6),
                    tenant,
                    List.of(task),
                    Map.of(task.id(), new DataWorld.Work(runtime(random) / 10, Collections.emptySortedMap())));
            at += exponential(random, MEAN_RUN_SECONDS / 10 / (load.machines() * load.others()));
        }
    }

    private static Shown shown(DataWorld world) {
        double stall = 0;
        double wait = 0;
        long missing = 0;
        long read = 0;
        int tasks = 0;
        Map<WorkflowId, long[]> spans = new HashMap<>();
        for (DataWorld.Done done : world.done()) {
            WorkflowId workflow = done.truth().workflow();
            if (workflow == null) {
                continue;
            }
            long[] span = spans.computeIfAbsent(workflow, key -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
            span[0] = Math.min(span[0], done.eligible());
            span[1] = Math.max(span[1], done.ended());
            if (!done.truth().data().inputs().isEmpty()) {
                tasks++;
                stall += (done.started() - done.assigned()) / 1e6;
                wait += (done.started() - done.eligible()) / 1e6;
                missing += done.missing();
                read += done.truth().data().inputs().stream()
                        .mapToLong(input -> input instanceof TaskInput.Dataset dataset
                                ? dataset.blob().bytes()
                                : GIGABYTE)
                        .sum();
            }
        }
        double makespan = spans.values().stream()
                .mapToDouble(span -> (span[1] - span[0]) / 1e6)
                .average()
                .orElse(0);
        return new Shown(
                tasks,
                stall / tasks,
                wait / tasks,
                1 - (double) missing / read,
                world.moved(),
                world.ahead() == 0 ? 0 : 1 - (double) world.aheadRead() / world.ahead(),
                world.ahead(),
                makespan);
    }

    /**
     * Tasks that each call a service which lives in one of two zones, among machines of both.
     *
     * @return the share of calls that stayed in their zone
     */
    static double nearCalls(int tasks, DataWorld.Knowledge knowledge, long seed) {
        RandomGenerator random = Randomness.generator(seed);
        DataWorld world = world(knowledge);
        List<Offering> offerings = List.of(offering("z1"), offering("z2"));
        world.tell(new Event.OfferingsPut(PROVIDER, offerings));
        world.tell(new Event.PoolPut(null, keeping(0, 8)));
        for (Offering offering : offerings) {
            world.tell(new Event.PoolPut(
                    new PoolId(offering.id(), new TenantProfile(TENANT, 1, Isolation.SHARED).domain()), keeping(8, 8)));
        }
        for (int zone = 1; zone <= 2; zone++) {
            world.distance("z" + zone, address(zone), NEAR);
            world.distance("z" + zone, address(3 - zone), FAR);
        }
        double at = 120;
        for (int i = 0; i < tasks; i++) {
            int home = 1 + random.nextInt(2);
            ServiceUse use = new ServiceUse("db", List.of(new Endpoint("db-" + home + ".example", 5432, null)), CALLS);
            String name = "s" + i;
            TaskSpec task = spec(
                    TENANT,
                    null,
                    new TaskId(name),
                    "caller",
                    List.of(),
                    new TaskData(List.of(), Collections.emptySortedMap(), List.of(use)));
            world.at(
                    Math.round(at * 1e6),
                    TENANT,
                    List.of(task),
                    Map.of(task.id(), new DataWorld.Work(runtime(random), Collections.emptySortedMap())));
            // Eight of sixteen machines are busy on average.
            at += exponential(random, MEAN_RUN_SECONDS / 8);
        }
        world.run();
        long near = world.done().stream()
                .filter(done -> done.truth()
                        .data()
                        .services()
                        .getFirst()
                        .endpoints()
                        .getFirst()
                        .host()
                        .contains("-"
                                + done.instance().offering().placement().zone().substring(1) + "."))
                .count();
        return (double) near / world.done().size();
    }

    private static String address(int zone) {
        return "db-" + zone + ".example:5432";
    }

    private static String row(String load, String knowledge, Shown shown) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.1f | %.0f %% | %.0f | %s | %.0f |%n",
                load,
                knowledge,
                shown.stall(),
                shown.waited(),
                100 * shown.local(),
                shown.moved() / (double) GIGABYTE,
                shown.ahead() == 0
                        ? "–"
                        : "%.0f, %.1f %% unread".formatted(shown.ahead() / (double) GIGABYTE, 100 * shown.wasted()),
                shown.makespan());
    }

    public static void main(String[] arguments) throws IOException {
        int chains = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        StringBuilder text = new StringBuilder("""
                ## Files and services

                %s, by `bench/data`. %d chains come at random to %d machines; each task fills a machine, runs 30 to 90 s, and leaves 1 GB for each
                that follows it. A *line* has six tasks, each of which reads the 1 GB that the former left; a *fork* has nine, in steps of 1, 3, 1, 3 and 1,
                each of which reads 1 GB from every task of the step before; with *datasets* each also reads a registered file of 0.5 GB, one for each step. *Among
                others*: three other tenants' tasks of 3 to 9 s keep three tenths of the machines busy, and take their turns between a chain's. Machines have a link of
                1 Gbit/s and a cache of 20 GB, and are kept for 10 minutes. The scheduler is the control plane's own; *blind* it is told nothing of files, as
                before it knew of any. Stall: from the assignment to the start, per task that reads; wait: from when it could have run. A line alone
                never stalls, whoever places it: its next task is the oldest in the queue when its machine becomes free.

                | chains | scheduler knows | stall, s | wait, s | bytes read that lay there | GB moved | GB fetched ahead | makespan, s |
                |---|---|---|---|---|---|---|---|
                """.formatted(BenchmarkPage.stamp(), chains, MACHINES));
        Map<String, Load> loads = new LinkedHashMap<>();
        loads.put("lines", new Load(chains, LINE, false, MACHINES, 0.4, 0, 1));
        loads.put("lines, among others", new Load(chains, LINE, false, MACHINES, 0.4, 0.3, 1));
        loads.put("lines with datasets", new Load(chains, LINE, true, MACHINES, 0.4, 0, 1));
        loads.put("lines with datasets, among others", new Load(chains, LINE, true, MACHINES, 0.4, 0.3, 1));
        loads.put("forks", new Load(chains, FORKS, false, MACHINES, 0.4, 0, 1));
        loads.put("forks, among others", new Load(chains, FORKS, false, MACHINES, 0.4, 0.3, 1));
        loads.forEach((name, load) -> {
            text.append(row(name, "nothing (*blind*)", chains(load, DataWorld.Knowledge.NONE)));
            text.append(row(name, "where files lie", chains(load, DataWorld.Knowledge.PLACES)));
            text.append(row(name, "that, and fetches ahead", chains(load, DataWorld.Knowledge.ALL)));
        });
        text.append(String.format(
                Locale.ROOT,
                "%n%,d tasks call, %,d times each, a service that lives in one of two zones (%.1f ms from machines of its zone, %.0f ms from the"
                        + " others'); eight machines in each, half of them busy. Calls that stay in their zone: **%.0f %%** blind, **%.0f %%**"
                        + " where the scheduler knows the distances.%n",
                1_000,
                CALLS,
                NEAR.toNanos() / 1e6,
                FAR.toNanos() / 1e6,
                100 * nearCalls(1_000, DataWorld.Knowledge.NONE, 1),
                100 * nearCalls(1_000, DataWorld.Knowledge.PLACES, 1)));
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "data", text.toString());
    }
}
