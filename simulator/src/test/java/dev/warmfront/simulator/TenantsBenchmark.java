package dev.warmfront.simulator;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Money;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Fifty tenants in one pool against fifty pools of their own; what a surge of one does to the others; who is charged for what.
 * Run by {@code bench/tenants}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class TenantsBenchmark {

    private static final int TENANTS = 50;
    private static final double TARGET = 0.02;
    private static final double TRAIN = 0.5;
    private static final List<Integer> SURGES = List.of(3, 10);

    /** The surge begins here, as a part of the trace's time, and lasts so long. */
    private static final double SURGE_BEGINS = 0.6;

    private static final double SURGE_LASTS = 1 / 12.0;

    private final ListTrace pooled;
    private final ReplayOptions options;
    private final long extent;

    private TenantsBenchmark(ListTrace all, int launchSeconds, Duration scored) {
        Map<String, Long> counts = all.submissions().stream()
                .collect(Collectors.groupingBy(Submission::tenant, TreeMap::new, Collectors.counting()));
        List<String> busiest = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(TENANTS)
                .map(Map.Entry::getKey)
                .toList();
        pooled = new ListTrace(
                all.name(),
                all.submissions().stream()
                        .filter(one -> busiest.contains(one.tenant()))
                        .map(TenantsBenchmark::signed)
                        .toList(),
                0);
        extent = pooled.submissions().getLast().submitMicros();
        options = ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launchSeconds), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(0.08, TARGET, ReplayOptions.DEFAULT.waitPrice())
                .withProtocol(TRAIN, scored, Duration.ofSeconds(10), 1);
    }

    /** Names each task's type after its tenant, by which the ledger below tells them apart: simulated tenants have numbers. */
    private static Submission signed(Submission one) {
        return new Submission(
                one.submitMicros(),
                one.tenant(),
                one.tasks().stream()
                        .map(task ->
                                new TraceTask(one.tenant() + "/" + task.type(), task.runtimeMicros(), task.parents()))
                        .toList());
    }

    private static PolicyFamily family(String name) {
        return (PolicyFamily) Contestants.named(List.of(name)).getFirst();
    }

    /** What was paid, and how many of the tasks waited. */
    private record Paid(double spend, double overhead, double waiting, long tasks) {

        Paid plus(Paid other) {
            return new Paid(
                    spend + other.spend, overhead + other.overhead, waiting + other.waiting, tasks + other.tasks);
        }

        double waitingShare() {
            return waiting / Math.max(1, tasks);
        }

        static Paid of(Scores scores) {
            return new Paid(
                    scores.spendUsd().doubleValue(),
                    scores.overheadUsd().doubleValue(),
                    scores.waitingShare() * scores.tasks(),
                    scores.tasks());
        }
    }

    private static Paid bound(Replay replay) {
        return new Paid(
                replay.bound().spend().toDollars().doubleValue(),
                replay.bound().overhead().toDollars().doubleValue(),
                0,
                replay.tasks());
    }

    /** The knob that meets the target at the least cost, in hindsight; where none does, the one with the fewest waits. */
    private static Paid inHindsight(Replay replay) {
        return Paid.of(replay.run(List.of(family("fixed-keep-alive")), (done, total, what) -> {})
                .getFirst()
                .best());
    }

    private static Paid frozen(Replay replay) {
        return Paid.of(replay.score(family("warmfront"), 1));
    }

    private String pooling() {
        Map<String, List<Submission>> byTenant = pooled.submissions().stream()
                .collect(Collectors.groupingBy(Submission::tenant, TreeMap::new, Collectors.toList()));
        List<Replay> own = byTenant.values().stream()
                .map(list -> new Replay(new ListTrace(pooled.name(), list, 0), options))
                .toList();
        Replay together = new Replay(pooled, options);
        StringBuilder text = new StringBuilder("""
                | policy | one pool: spend, overhead, waiting | %d pools: spend, overhead, waiting | spend, pools ÷ pool | overhead, pools ÷ pool |
                |---|---|---|---|---|
                """.formatted(own.size()));
        row(text, "*clairvoyant*", together, own, TenantsBenchmark::bound);
        row(text, "fixed-keep-alive, best in hindsight", together, own, TenantsBenchmark::inHindsight);
        row(text, "warmfront, its target as stated", together, own, TenantsBenchmark::frozen);
        return text.toString();
    }

    private static void row(
            StringBuilder text, String name, Replay together, List<Replay> own, Function<Replay, Paid> score) {
        Paid one = score.apply(together);
        Paid many = own.stream().map(score).reduce(new Paid(0, 0, 0, 0), Paid::plus);
        text.append(String.format(
                Locale.ROOT,
                "| %s | $%.4f, $%.4f, %.1f %% | $%.4f, $%.4f, %.1f %% | **%.2f** | %.2f |%n",
                name,
                one.spend(),
                one.overhead(),
                100 * one.waitingShare(),
                many.spend(),
                many.overhead(),
                100 * many.waitingShare(),
                many.spend() / one.spend(),
                many.overhead() / one.overhead()));
    }

    /** Waits by tenant within a stretch of time, and who was charged for what. */
    private static final class Ledger implements Watcher {

        private final Instant from;
        private final Instant until;
        private final Map<String, List<Double>> waits = new HashMap<>();
        private final Map<String, Money> charges = new TreeMap<>();
        private final Map<InstanceId, Money> costs = new HashMap<>();
        private Money bill = Money.ZERO;
        private Money charged = Money.ZERO;

        Ledger(long fromMicros, long untilMicros) {
            from = Simulation.instantOf(fromMicros);
            until = Simulation.instantOf(untilMicros);
        }

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.ChargeMade(Charge charge)) {
                    String who = charge.tenant() == null ? "" : charge.tenant().value();
                    charges.merge(who, charge.amount(), Money::plus);
                    charged = charged.plus(charge.amount());
                } else if (change instanceof Change.InstanceChanged changed) {
                    Instance after = changed.after();
                    Money before = costs.getOrDefault(after.id(), Money.ZERO);
                    bill = bill.plus(after.cost().minus(before));
                    costs.put(after.id(), after.cost());
                } else if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                        && trigger == TaskTrigger.ASSIGNED) {
                    note(task);
                }
            }
        }

        private void note(Task task) {
            Instant eligible = task.eligibleAt();
            Instant assigned = task.assignedAt();
            if (eligible != null && assigned != null && !eligible.isBefore(from) && eligible.isBefore(until)) {
                waits.computeIfAbsent(
                                task.spec()
                                        .name()
                                        .substring(0, task.spec().name().indexOf('/')),
                                id -> new ArrayList<>())
                        .add(Duration.between(eligible, assigned).toNanos() / 1e9);
            }
        }

        /** The 95th percentile of a tenant's waits, in seconds. */
        double p95(String tenant) {
            return percentile(waits.getOrDefault(tenant, List.of()), 0.95);
        }

        List<Double> allBut(String tenant) {
            return waits.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(tenant))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
        }
    }

    private static double percentile(List<Double> values, double share) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }

    private static double waiting(List<Double> waits) {
        return 100.0 * waits.stream().filter(wait -> wait > 0).count() / Math.max(1, waits.size());
    }

    private Ledger played(ListTrace trace, String policy, double knob) {
        Ledger ledger = new Ledger(surgeFrom(), surgeFrom() + Math.round(extent * SURGE_LASTS));
        new Replay(trace, options).simulate(family(policy).at(knob, options), "", List.of(ledger));
        return ledger;
    }

    private long surgeFrom() {
        return Math.round(extent * SURGE_BEGINS);
    }

    /** Each submission of the tenant comes so many times while the surge lasts. */
    private ListTrace surged(String tenant, int times) {
        long until = surgeFrom() + Math.round(extent * SURGE_LASTS);
        List<Submission> all = new ArrayList<>();
        for (Submission one : pooled.submissions()) {
            boolean many =
                    one.tenant().equals(tenant) && one.submitMicros() >= surgeFrom() && one.submitMicros() < until;
            for (int i = 0; i < (many ? times : 1); i++) {
                all.add(one);
            }
        }
        return new ListTrace(pooled.name(), all, 0);
    }

    private String surges(String policy, double knob) {
        String who = pooled.submissions().stream()
                .collect(Collectors.groupingBy(
                        Submission::tenant,
                        TreeMap::new,
                        Collectors.summingLong(one -> one.tasks().getFirst().runtimeMicros())))
                .entrySet()
                .stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
        Ledger before = played(pooled, policy, knob);
        StringBuilder text = new StringBuilder();
        for (int times : SURGES) {
            Ledger after = played(surged(who, times), policy, knob);
            String own = String.format(Locale.ROOT, "%.1f → %.1f s", before.p95(who), after.p95(who));
            text.append(row(policy, "×" + times, before, after, who, own));
        }
        text.append(alone(policy, knob, who, before));
        return text.toString();
    }

    /** What the others could have at best: the same policy, without the tenant. */
    private String alone(String policy, double knob, String who, Ledger before) {
        ListTrace rest = new ListTrace(
                pooled.name(),
                pooled.submissions().stream()
                        .filter(one -> !one.tenant().equals(who))
                        .toList(),
                0);
        Ledger after = played(rest, policy, knob);
        return row(policy, "*others in a pool of their own*", before, after, who, "–");
    }

    /** What becomes of the others; {@code own}: of the tenant itself. */
    private static String row(String policy, String what, Ledger before, Ledger after, String who, String own) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f → %.1f s | %.1f → %.1f s | %.2f → %.2f %% | %s | %d of %d |%n",
                policy,
                what,
                percentile(before.allBut(who), 0.95),
                percentile(after.allBut(who), 0.95),
                percentile(before.allBut(who), 0.99),
                percentile(after.allBut(who), 0.99),
                waiting(before.allBut(who)),
                waiting(after.allBut(who)),
                own,
                moved(before, after, who),
                before.waits.size() - 1);
    }

    /** Tenants other than that one whose p95 is more than 10 % higher. */
    private static long moved(Ledger before, Ledger after, String who) {
        return before.waits.keySet().stream()
                .filter(tenant -> !tenant.equals(who))
                .filter(tenant -> after.p95(tenant) > 1.1 * before.p95(tenant) + 1e-9)
                .count();
    }

    private String attribution() {
        Ledger ledger = played(pooled, "warmfront", 1);
        Money unattributed = ledger.charges.getOrDefault("", Money.ZERO);
        Money difference = ledger.bill.minus(ledger.charged);
        if (!difference.isZero()) {
            throw new IllegalStateException("charges differ from the bill by " + difference);
        }
        long payers =
                ledger.charges.keySet().stream().filter(name -> !name.isEmpty()).count();
        double[] shares = ledger.charges.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty())
                .mapToDouble(entry -> (double) entry.getValue().nanos() / ledger.bill.nanos())
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT,
                """
                The pool's bill under `warmfront` is %s; charges to %d tenants and to nobody sum to %s: they differ by **%s**.
                The dearest tenant pays %.1f %%, the median one %.2f %%; %.2f %% was caused by nobody.
                """,
                ledger.bill,
                payers,
                ledger.charged,
                difference,
                100 * shares[shares.length - 1],
                100 * shares[shares.length / 2],
                100.0 * unattributed.nanos() / ledger.bill.nanos());
    }

    private String text(int launchSeconds) {
        Replay whole = new Replay(pooled, options);
        return """
                ## Many tenants: one pool or one each

                %s, by `bench/tenants`. The %d busiest tenants of *Azure Functions 2019 (derived)*: %,d tasks are scored after
                half of the trace to learn on; launch %d s, at most %.0f %% of the tasks may wait, in the shared pool and in each
                tenant's own.

                """.formatted(BenchmarkPage.stamp(), TENANTS, whole.tasks(), launchSeconds, 100 * TARGET)
                + pooling() + """

                **A surge of one tenant.** While it lasts, each task of the tenant with the most work comes several times; waits are those of
                tasks that become eligible in that time, without the surge → with it. A tenant's p95 has moved when it is more
                than 10 % higher.

                | policy | surge | p95 of the others | p99 of the others | of them wait | p95 of the tenant itself | tenants whose p95 moved |
                |---|---|---|---|---|---|---|
                """
                + surges("warmfront", 1)
                + surges("fixed-keep-alive", 30)
                + """

                **Who pays.** %s""".formatted(attribution());
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces");
        int launch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 120;
        ListTrace all = ListTrace.of(
                Traces.of(List.of(folder.resolve("arrivals/azure-functions-2019-derived.csv.gz")), Traces.Mix.DEFAULT)
                        .getFirst());
        String text = new TenantsBenchmark(all, launch, Duration.ofMinutes(60)).text(launch);
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "tenants", text);
    }
}
