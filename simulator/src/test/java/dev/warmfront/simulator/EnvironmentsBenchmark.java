package dev.warmfront.simulator;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.DemandListener;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * What it gives to have environments loaded ahead (policy.md §4, shadow environments): the product's policy as it is, beside the same
 * policy that has them loaded when a task waits for them. Run by {@code bench/environments}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class EnvironmentsBenchmark {

    private EnvironmentsBenchmark() {}

    /** The same policy, which leaves environments to those that need them. */
    private record Late<P extends PoolPolicy & DemandListener>(P policy) implements PoolPolicy, DemandListener {
        @Override
        public String name() {
            return policy.name();
        }

        @Override
        public List<Step> plan(PoolView pool, Instant now) {
            return policy.plan(pool, now).stream()
                    .filter(step -> !(step instanceof Step.Specialise))
                    .toList();
        }

        @Override
        public void expected(
                PoolId pool, Offering offering, double share, TaskSpec task, Collection<TaskId> after, Instant at) {
            policy.expected(pool, offering, share, task, after, at);
        }

        @Override
        public void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at) {
            policy.wanted(pool, offering, share, task, at);
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            policy.began(task, at);
        }

        @Override
        public void over(TaskSpec task, Instant at) {
            policy.over(task, at);
        }

        @Override
        public void learned(TenantId tenant, SortedMap<String, List<Follows>> successors) {
            policy.learned(tenant, successors);
        }
        // Not told how long loads take, it does not choose who goes by what they have loaded, either.
    }

    /** Counts loads by whether a task waited for them. */
    private static final class Loads implements Watcher {
        private long late;
        private long ahead;

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.InstanceChanged changed
                        && changed.trigger() == InstanceTrigger.SPECIALISED) {
                    if (changed.reason().code().equals("specialised")) {
                        late++;
                    } else {
                        ahead++;
                    }
                }
            }
        }
    }

    /** A recorded workload, and how long its environments take to load. */
    private record Case(String label, String file, List<Integer> loads) {}

    private static final List<Case> CASES = List.of(
            new Case("openb: pods with GPUs", "arrivals/alibaba-openb-gpu-2023", List.of(20, 60)),
            new Case("Azure: functions", "arrivals/azure-functions-2019-derived", List.of(2, 5, 20)),
            new Case("Spark: chains of jobs", "chains/spark-enel-2021", List.of(20)));

    private static final int LAUNCH = 60;

    /** Arguments: the folder with recorded traces, and the page. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces");
        Path page = Path.of(arguments.length > 1 ? arguments[1] : "docs/benchmarks.md");
        StringBuilder rows = new StringBuilder();
        for (Case one : CASES) {
            Trace trace = ListTrace.of(Traces.of(List.of(folder.resolve(one.file() + ".csv.gz")), Traces.Mix.DEFAULT)
                    .getFirst());
            for (int load : one.loads()) {
                ReplayOptions options = ReplayOptions.DEFAULT
                        .withLeads(Lead.ofSeconds(LAUNCH), Lead.ofSeconds(20), Lead.ofSeconds(30))
                        .withEnvironmentLoad(Duration.ofSeconds(load));
                String row = String.format(
                        Locale.ROOT,
                        "| %s | %d s | %s | %s |%n",
                        one.label(),
                        load,
                        cell(trace, options, false),
                        cell(trace, options, true));
                System.out.print(row);
                rows.append(row);
            }
        }
        BenchmarkPage.replace(page, "environments", """
                ## Environments loaded ahead

                %s, by `bench/environments`. Each type of each tenant's tasks needs an environment of its own, which takes as long to load
                as the table says; %d s to launch, half of each trace to learn on, at most 2 %% may wait. `warmfront` as it is, and the
                same policy where environments are loaded only when a task waits for one. Each cell: the share of tasks that wait, for a machine or
                for an environment; the 95th and the 99th percentile of waits; spend as a multiple of the clairvoyant's, for whom nothing
                has to be loaded; loads that a task waited for + loads ahead.

                | work | load | when asked for | ahead |
                |---|---|---|---|
                %s
                Where a machine hardly ever idles beside another (Spark), or where loading all that is wanted takes longer than machines live (Azure's 444
                functions at 20 s), loading ahead changes little: no machine is launched for the sake of an environment.
                """.formatted(BenchmarkPage.stamp(), LAUNCH, rows));
    }

    private static String cell(Trace trace, ReplayOptions options, boolean ahead) {
        PolicyFamily.Candidate policy = new WarmfrontFamily().at(1, options);
        Loads loads = new Loads();
        Scores scores = new Replay(trace, options)
                .simulate(
                        ahead ? policy : new PolicyFamily.Candidate(late(policy.policy()), policy.settings()),
                        "1",
                        List.of(loads));
        return String.format(
                Locale.ROOT,
                "%.1f %% · %.1f, %.1f s · %.3f · %d + %d",
                100 * scores.waitingShare(),
                scores.waits().p95(),
                scores.waits().p99(),
                scores.rhoSpend(),
                loads.late,
                loads.ahead);
    }

    @SuppressWarnings("unchecked")
    private static <P extends PoolPolicy & DemandListener> PoolPolicy late(PoolPolicy policy) {
        return new Late<>((P) policy);
    }
}
