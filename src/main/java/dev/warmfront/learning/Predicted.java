package dev.warmfront.learning;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.DelayHistogram;
import dev.warmfront.forecast.DemandAtLead;
import dev.warmfront.forecast.DemandDistribution;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.QuantileForecast;
import dev.warmfront.forecast.SeriesKey;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.SuccessorForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tenant's demand some time ahead (policy.md §3.6): tasks then still running, those of submitted workflows whose parents will
 * have ended, and those that will have been submitted. Declared edges are certain. What follows a task of no workflow is a
 * submission like others and counted with them, so that it is not counted twice.
 */
final class Predicted {

    private Predicted() {}

    /** The parts of a demand, in tasks on average, and their sum's distribution. */
    record Demand(double survivors, double successors, double arrivals, DemandDistribution whole) {}

    static Lifetime lifetime(Optional<TenantLearned> known, TaskSpec task) {
        return known.map(tenant -> tenant.lifetime(task)).orElse(Lifetime.unknown());
    }

    static Demand demand(
            Learned learned, TenantId tenant, List<UnfinishedTasks.Task> tasks, Instant now, Duration lead) {
        double seconds = lead.toMillis() / 1e3;
        Optional<TenantLearned> known = learned.tenant(tenant);
        Map<String, UnfinishedTasks.Task> open = new HashMap<>();
        tasks.forEach(task -> open.put(task.spec().id().value(), task));
        DemandAtLead survivors = new DemandAtLead(seconds);
        DemandAtLead successors = new DemandAtLead(seconds);
        for (UnfinishedTasks.Task task : tasks) {
            Lifetime lifetime = lifetime(known, task.spec());
            switch (task.state()) {
                case RUNNING -> survivors.running(lifetime, task.elapsed(now));
                case ASSIGNED, QUEUED -> survivors.waiting(lifetime);
                case PENDING -> follow(successors, task.spec(), lifetime, open, known, now);
                case CANCELLING, SUCCEEDED, FAILED, CANCELLED -> {
                    // Wants nothing more.
                }
            }
        }
        DemandAtLead arriving = new DemandAtLead(seconds);
        arrivals(
                arriving, learned, tenant, known.map(TenantLearned::anyLifetime).orElse(Lifetime.unknown()), lead);
        DemandDistribution stay = survivors.distribution();
        DemandDistribution follow = successors.distribution();
        DemandDistribution arrive = arriving.distribution();
        return new Demand(
                stay.mean(), follow.mean(), arrive.mean(), stay.plus(follow).plus(arrive));
    }

    /** A task that waits for parents: each that is open brings its share of it, with certainty, when it ends. */
    private static void follow(
            DemandAtLead successors,
            TaskSpec child,
            Lifetime own,
            Map<String, UnfinishedTasks.Task> open,
            Optional<TenantLearned> known,
            Instant now) {
        List<UnfinishedTasks.Task> parents = child.parents().stream()
                .map(TaskId::value)
                .map(open::get)
                .filter(java.util.Objects::nonNull)
                .toList();
        for (UnfinishedTasks.Task parent : parents) {
            // A grandchild's parent has not begun: what runs before that is not modelled, so it is not promised.
            if (parent.state() != dev.warmfront.domain.TaskState.PENDING) {
                SuccessorForecast.Expected certain = new SuccessorForecast.Expected(
                        child.taskType(), List.of(1.0), 1.0 / parents.size(), new DelayHistogram(), 0);
                successors.successors(lifetime(known, parent.spec()), parent.elapsed(now), certain, own);
            }
        }
    }

    /** Slots of the finest resolution that reaches as far as the lead; a far lead is reached by its last horizon's slots. */
    private static void arrivals(DemandAtLead demand, Learned learned, TenantId tenant, Lifetime any, Duration lead) {
        SeriesKey key = new SeriesKey(Learned.CELL, tenant.value(), "");
        List<SeriesShape> rungs = learned.rungs();
        int rung = 0;
        while (rung + 1 < rungs.size() && reach(rungs.get(rung)) < lead.toSeconds()) {
            rung++;
        }
        SeriesShape shape = rungs.get(rung);
        int width = shape.slotSeconds();
        int h = 0;
        for (int step = 1; (step - 1L) * width < lead.toSeconds(); step++) {
            while (h + 1 < shape.horizonCount() && shape.horizon(h) < step) {
                h++;
            }
            QuantileForecast forecast = learned.arrivals().forecast(key, rung, h);
            demand.arrivals(forecast, (double) step * width, any);
        }
    }

    private static long reach(SeriesShape shape) {
        return (long) shape.horizon(shape.horizonCount() - 1) * shape.slotSeconds();
    }
}
