package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who pays for what a pool holds before anybody asks: the tenants whose tasks make it expect demand, in turn, each as often as
 * its tasks fill instances (stride scheduling: Waldspurger and Weihl, OSDI '94). Demand is
 * forgotten by as much as other demand has come since: the latest 64 instances' worth of tasks weigh most.
 */
final class Payers {

    private static final double MEMORY = 64;
    private static final double NEGLIGIBLE = 1e-3;

    private static final class Payer {
        private double weight;
        private double owed;
        private TaskId latest;

        Payer(TaskId latest) {
            this.latest = latest;
        }
    }

    private final Map<TenantId, Payer> payers = new TreeMap<>();
    private double unit = 1;
    private double sum;

    void wants(TaskSpec task, double share) {
        Payer payer = payers.computeIfAbsent(task.tenant(), tenant -> new Payer(task.id()));
        payer.latest = task.id();
        // What is new weighs more instead of all that is old less.
        unit *= 1 + share / MEMORY;
        payer.weight += share * unit;
        sum += share * unit;
        if (unit > 1e9) {
            forget();
        }
    }

    private void forget() {
        payers.values().forEach(payer -> payer.weight /= unit);
        unit = 1;
        payers.values().removeIf(payer -> payer.weight < NEGLIGIBLE);
        sum = payers.values().stream().mapToDouble(payer -> payer.weight).sum();
    }

    /** Whose turn it is; null while nobody has wanted anything. */
    @Nullable Cause next() {
        TenantId turn = null;
        Payer most = null;
        for (Map.Entry<TenantId, Payer> entry : payers.entrySet()) {
            Payer payer = entry.getValue();
            payer.owed += payer.weight / sum;
            if (most == null || payer.owed > most.owed) {
                most = payer;
                turn = entry.getKey();
            }
        }
        if (turn == null || most == null) {
            return null;
        }
        most.owed -= 1;
        return new Cause(turn, most.latest);
    }
}
