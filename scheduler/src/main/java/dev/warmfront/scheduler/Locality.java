package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which of several machines a task is best off (policy.md §4): where bytes to move ÷ bandwidth + round trips to services ×
 * calls is least. It may be put off for a machine that is busy and has its data, but at most as long as the transfer that this
 * saves: {@link #isWorthWaiting}.
 */
final class Locality {

    /** Where an agent has fetched nothing yet: a gigabit network. */
    private static final double USUAL_BYTES_PER_SECOND = 125e6;

    /** Where no agent measured: about what the large clouds have within a zone, and between zones or unknown ones. */
    private static final double NEAR_SECONDS = 0.0005;

    private static final double FAR_SECONDS = 0.002;

    /** Cells look again at least this often: who waits, waits at least until then. */
    private static final double LOOK_SECONDS = 1;

    /** Tasks of one shape that are looked at before all are left for later. */
    private static final int LOOK_AHEAD = 8;

    private Locality() {}

    /** Who goes where. */
    record Choice(TaskId task, Instance instance) {}

    /**
     * The first of the lane's tasks that is best given out now.
     *
     * @param open machines that could take any of them at once, the preferred first; at least one
     * @return null where all that were looked at are better off waiting
     */
    static @Nullable Choice choose(Deciding deciding, Lane lane, List<Instance> open) {
        CellState state = deciding.state();
        if (!state.data().isActive()) {
            return new Choice(lane.head(), open.getFirst());
        }
        for (TaskId id : lane.first(LOOK_AHEAD)) {
            Task task = state.task(id);
            if (task == null || !task.spec().data().hasPlaces()) {
                return new Choice(id, open.getFirst());
            }
            Instance best = best(state, task, open);
            double here = stallSeconds(state, task, best);
            if (here <= LOOK_SECONDS || !isBetterPutOff(deciding, task, here, open)) {
                return new Choice(id, best);
            }
        }
        return null;
    }

    /** The first of those where the task stalls least. */
    static Instance best(CellState state, Task task, List<Instance> open) {
        Instance best = open.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (Instance instance : open) {
            double stall = stallSeconds(state, task, instance);
            if (stall < least) {
                least = stall;
                best = instance;
            }
        }
        return best;
    }

    /** What the task loses there to transfers and to distances of services, in seconds. */
    static double stallSeconds(CellState state, Task task, Instance instance) {
        DataIndex data = state.data();
        long missing = 0;
        for (Blob blob : data.outputs().of(task)) {
            missing += data.has(instance.id(), task.spec().tenant(), blob) ? 0 : blob.bytes();
        }
        double seconds = missing / bytesPerSecond(data, instance.id());
        for (ServiceUse service : task.spec().data().services()) {
            seconds += service.calls() * nearestSeconds(data, service, instance);
        }
        return seconds;
    }

    static double bytesPerSecond(DataIndex data, InstanceId instance) {
        long measured = data.bytesPerSecond(instance);
        return measured > 0 ? measured : USUAL_BYTES_PER_SECOND;
    }

    private static double nearestSeconds(DataIndex data, ServiceUse service, Instance instance) {
        double least = Double.POSITIVE_INFINITY;
        for (Endpoint endpoint : service.endpoints()) {
            Duration measured = data.roundTrip(instance.id(), endpoint.address());
            boolean near = instance.offering().placement().zone().equals(endpoint.zone());
            double seconds = measured != null ? measured.toNanos() / 1e9 : near ? NEAR_SECONDS : FAR_SECONDS;
            least = Math.min(least, seconds);
        }
        return least;
    }

    private static boolean isBetterPutOff(Deciding deciding, Task task, double here, List<Instance> open) {
        CellState state = deciding.state();
        if (state.queue().tenantsWaiting() > 1) {
            // The machine would go to whoever's turn it is when it becomes free.
            return false;
        }
        Set<InstanceId> local = new LinkedHashSet<>();
        for (Blob blob : state.data().outputs().of(task)) {
            local.addAll(state.data().holders(task.spec().tenant(), blob));
        }
        open.forEach(instance -> local.remove(instance.id()));
        Instant eligible = task.eligibleAt() == null ? task.submittedAt() : task.eligibleAt();
        double waited = seconds(eligible, deciding.now());
        for (InstanceId id : local) {
            Instance busy = state.instance(id);
            if (busy != null && mayServe(deciding, task, busy)) {
                double there = stallSeconds(state, task, busy);
                double expected = secondsToRoom(deciding, task.spec().request(), busy);
                if (isWorthWaiting(waited, Math.max(expected, LOOK_SECONDS), here, there)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** I4: only where its tenant's tasks may run at all. */
    private static boolean mayServe(Deciding deciding, Task task, Instance busy) {
        var tenant = deciding.state().tenant(task.spec().tenant());
        EnvironmentKey environment = Shape.environmentOf(task.spec());
        return busy.state() == InstanceState.BUSY
                && tenant != null
                && tenant.domain().equals(busy.domain())
                && tenant.settings().machines().permits(busy.offering())
                && (environment.isGeneric() || busy.warm().contains(environment));
    }

    /**
     * Whether to wait for the machine that has the data.
     *
     * @param waited seconds since the task could have run
     * @param expected seconds that it will wait on
     * @param here seconds that it stalls where it could begin now
     * @param there seconds that it stalls where it would wait for
     * @return true only where all of the waiting, past and to come, is at most what it saves
     */
    static boolean isWorthWaiting(double waited, double expected, double here, double there) {
        return waited + expected <= here - there;
    }

    /** When one of its attempts has probably ended whose end makes room; infinite where nothing is known of them. */
    private static double secondsToRoom(Deciding deciding, Resources request, Instance busy) {
        CellState state = deciding.state();
        Resources free = InstanceRole.free(busy);
        double least = Double.POSITIVE_INFINITY;
        for (Allocation allocation : busy.allocations()) {
            Task running = state.task(allocation.attempt().task());
            if (running != null && free.plus(allocation.resources()).covers(request)) {
                Instant began = running.startedAt();
                double elapsed = began == null ? 0 : seconds(began, deciding.now());
                least = Math.min(least, state.data().remainingSeconds(running, elapsed));
            }
        }
        return least;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
