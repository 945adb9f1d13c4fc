package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Submits a plan on time, as many tenants at once. */
final class ArrivalsRun {

    private static final int BATCH = 1000;
    private static final int CONNECTIONS = 16;
    private static final long TICK_MILLIS = 20;

    private final Api operator;
    private final ArrivalsPlan plan;
    private final Acknowledged acknowledged = new Acknowledged();
    private final AtomicLong longestLagNanos = new AtomicLong();
    private final Semaphore connections = new Semaphore(CONNECTIONS);

    ArrivalsRun(Api operator, ArrivalsPlan plan) {
        this.operator = operator;
        this.plan = plan;
    }

    /** Makes those tenants of the plan that do not exist. */
    void createTenants(TenantsCommand.Isolation isolation) throws InterruptedException {
        Set<String> known = new HashSet<>();
        operator.all("/v1/tenants").forEach(tenant -> known.add(Json.text(tenant, "id")));
        for (String tenant : plan.tenants()) {
            if (!known.contains(tenant)) {
                TenantsCommand.create(operator, tenant, tenant, 0, isolation);
            }
        }
    }

    /** Submits everything at its time; returns when all of it is acknowledged. */
    void submit(Progress progress) throws InterruptedException {
        List<ArrivalsPlan.Submission> submissions = plan.submissions();
        long began = System.nanoTime();
        List<Future<?>> open = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int next = 0;
            while (next < submissions.size()) {
                Map<String, List<ArrivalsPlan.Submission>> due = new LinkedHashMap<>();
                long now = System.nanoTime() - began;
                while (next < submissions.size() && submissions.get(next).atNanos() <= now) {
                    ArrivalsPlan.Submission submission = submissions.get(next++);
                    due.computeIfAbsent(submission.tenant(), unused -> new ArrayList<>())
                            .add(submission);
                }
                due.forEach((tenant, of) -> {
                    for (int from = 0; from < of.size(); from += BATCH) {
                        List<ArrivalsPlan.Submission> batch = of.subList(from, Math.min(of.size(), from + BATCH));
                        open.add(threads.submit(() -> post(tenant, batch, began)));
                    }
                });
                progress.at(acknowledged.count(), submissions.size(), "tasks submitted");
                settle(open, false);
                Thread.sleep(TICK_MILLIS);
            }
            settle(open, true);
        }
    }

    private int post(String tenant, List<ArrivalsPlan.Submission> batch, long began) throws InterruptedException {
        ObjectNode body = Json.object();
        ArrayNode tasks = body.putArray("tasks");
        batch.forEach(submission -> tasks.add(submission.task()));
        connections.acquire();
        try {
            JsonNode answer = operator.forTenant(tenant).post("/v1/tasks/batch", body);
            acknowledged.add(tenant, answer);
        } finally {
            connections.release();
        }
        long lag = System.nanoTime() - began - batch.getFirst().atNanos();
        longestLagNanos.accumulateAndGet(lag, Math::max);
        return batch.size();
    }

    /** Forgets the batches that are done, and passes on what went wrong with one. */
    private static void settle(List<Future<?>> open, boolean all) throws InterruptedException {
        for (Future<?> batch : open) {
            if (all || batch.isDone()) {
                try {
                    batch.get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof CliException problem) {
                        throw problem;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
        open.removeIf(Future::isDone);
    }

    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** From the moment a task was due until it was acknowledged, at worst. */
    double longestLagSeconds() {
        return longestLagNanos.get() / 1e9;
    }
}
