package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Real demand outranks what is only kept. Where a provider has no capacity left for tasks that wait, idle machines of other
 * pools in that placement are ended for them, and each place that becomes free is given to who has waited longest. Nothing
 * that works is touched, nor anything in a paused pool; an operator's floor gives way.
 *
 * <p>Isolation domains that all have work to do take turns: a machine that has served its own for a turn changes hands when
 * it is idle and a pool elsewhere has gone unserved for as long. A place goes to the pool longest unserved, and a machine
 * always serves before it is passed on, so nobody waits for ever and turns cannot eat up the time.
 */
final class Reclaim {

    /** Standby first, then what was not used for longest. */
    private static final Comparator<Instance> LEAST_MISSED = Comparator.comparing(
                    (Instance instance) -> instance.state() != InstanceState.STANDBY)
            .thenComparing(Instance::lastUsedAt)
            .thenComparingLong(Instance::lastUse)
            .thenComparing(Instance::id);

    /** After so many refusals in a row machines of other types are tried again, however little that helped. */
    private static final int LONGEST_PATIENCE = 16;

    private Reclaim() {}

    private static boolean isDue(Deciding deciding) {
        CellState state = deciding.state();
        return !state.queue().isEmpty() && state.refusals().isAnyShort(deciding.now());
    }

    /** How long a pool goes unserved before others make room for it though they have work to do. */
    private static Duration turn(CellState state) {
        return state.settings().stockOutPause();
    }

    /** Before dispatch: machines that have just become idle change hands where it is another's turn. */
    static void yieldTurns(Deciding deciding) {
        if (!isDue(deciding)) {
            return;
        }
        CellState state = deciding.state();
        Instant turnBegan = deciding.now().minus(turn(state));
        for (Instance idled : moved(deciding, InstanceTrigger.IDLED)) {
            Instance idle = state.instance(idled.id());
            boolean yields = idle != null
                    && idle.state() == InstanceState.HOT
                    && othersWait(state, idle)
                    && hasServedItsTurn(deciding, idle)
                    && DemandBook.isWanted(state, idle);
            if (idle != null && yields) {
                claim(deciding, idle.offering().placement(), List.of(idle), starved -> !starved.unservedSince()
                        .isAfter(turnBegan));
            }
        }
    }

    /** Whether anything is queued outside of its domain; demand of its own domain for another pool is seen to on the tick. */
    private static boolean othersWait(CellState state, Instance idle) {
        List<DomainEntry> waiting = state.queue().domains();
        return waiting.size() > 1
                || (!waiting.isEmpty() && !waiting.getFirst().id().equals(idle.domain()));
    }

    /** At least a turn, and as long as its launch took: at most half of its time is spent on changing hands. */
    private static boolean hasServedItsTurn(Deciding deciding, Instance instance) {
        Instant hotSince = instance.hotSince();
        if (hotSince == null) {
            return false;
        }
        Duration served = Duration.between(hotSince, deciding.now());
        Duration launch = Duration.between(instance.launchRequestedAt(), hotSince);
        return served.compareTo(turn(deciding.state())) >= 0
                && (instance.wokenFrom() != Tier.COLD || served.compareTo(launch) >= 0);
    }

    /** After dispatch and planning: what is still idle ends as far as demand elsewhere in its placement starves. */
    static void endSpare(Deciding deciding) {
        if (!isDue(deciding) || !deciding.state().index().hasYard()) {
            return;
        }
        CellState state = deciding.state();
        Set<Placement> placements = new LinkedHashSet<>();
        DemandBook.of(state, deciding.now(), state.index()::hasYard)
                .starved()
                .forEach(one -> placements.add(one.offering().placement()));
        for (Placement placement : placements) {
            List<Instance> spare = state.index().spare(placement);
            if (!spare.isEmpty()) {
                spare.sort(LEAST_MISSED);
                claim(deciding, placement, spare, starved -> true);
            }
        }
    }

    /** Ends as many of the candidates as the placement's starved demand wants beyond what is on its way out already. */
    private static void claim(
            Deciding deciding, Placement placement, List<Instance> candidates, Predicate<DemandBook.Starved> mayTake) {
        CellState state = deciding.state();
        List<Instance> left = new ArrayList<>(candidates);
        Resources free = state.index().leaving(placement).plus(state.refusals().freed(placement));
        for (DemandBook.Starved starved :
                DemandBook.of(state, deciding.now(), placement::equals).starved()) {
            Resources wanted = toBeFreed(state, starved.offering());
            while (!free.covers(wanted) && mayTake.test(starved)) {
                Instance chosen = first(state, left, starved);
                if (chosen == null) {
                    break;
                }
                left.remove(chosen);
                free = free.plus(chosen.offering().machineType().capacity());
                long waited =
                        Duration.between(starved.need().since(), deciding.now()).toSeconds();
                PoolPlanner.terminate(
                        deciding,
                        chosen.id(),
                        new Reason(
                                "reclaimed-for-demand",
                                "idle, while tasks elsewhere have waited %d s for capacity here".formatted(waited)));
            }
            free = Refusals.without(free, wanted);
        }
    }

    private static @Nullable Instance first(CellState state, List<Instance> candidates, DemandBook.Starved starved) {
        for (Instance candidate : candidates) {
            if (!candidate.pool().equals(starved.pool())
                    && !state.poolSettings(candidate.pool()).paused()
                    && !isOwn(state, candidate, starved.need())
                    && mayHelp(state, candidate.offering(), starved.offering())) {
                return candidate;
            }
        }
        return null;
    }

    /** Whether it will serve that demand itself. */
    private static boolean isOwn(CellState state, Instance candidate, DemandBook.Need need) {
        return candidate.domain().equals(need.domain())
                && candidate.state() == InstanceState.HOT
                && state.permits(need.cause().tenant(), candidate.offering(), need.request())
                && candidate.offering().machineType().capacity().covers(need.request());
    }

    /**
     * Whether the end of one may make room for the other. Only the provider knows. A machine of the same type surely may; one
     * of another type may or may not, so that is tried less and less often while it does not help, and hardly ever where
     * devices are wanted that it does not have.
     */
    private static boolean mayHelp(CellState state, Offering given, Offering wanted) {
        int shortages = state.refusals().shortages(wanted.id());
        return given.machineType().name().equals(wanted.machineType().name())
                || (Integer.bitCount(shortages) == 1 && sharesDevices(given, wanted))
                || isDesperate(state, wanted);
    }

    private static boolean isDesperate(CellState state, Offering wanted) {
        return state.refusals().shortages(wanted.id()) % LONGEST_PATIENCE == 0;
    }

    private static boolean sharesDevices(Offering given, Offering wanted) {
        Set<String> devices = wanted.machineType().capacity().gpuMillis().keySet();
        return devices.isEmpty()
                || given.machineType().capacity().gpuMillis().keySet().stream().anyMatch(devices::contains);
    }

    /** What must be given back for the offering to fit, its devices left out where machines without them are tried. */
    private static Resources toBeFreed(CellState state, Offering wanted) {
        Resources capacity = wanted.machineType().capacity();
        return isDesperate(state, wanted) ? Resources.of(capacity.cpuMillis(), capacity.memoryBytes()) : capacity;
    }

    /**
     * Where a machine's end is certain, its place is given at once to those longest unserved, as many as it holds,
     * without lifting the block for all: they would race for it.
     */
    static void refill(Deciding deciding) {
        if (!isDue(deciding)) {
            return;
        }
        for (Instance ended : moved(deciding, InstanceTrigger.ENDED)) {
            // Several machines may have to end for a larger one: the last of them decides.
            boolean last = deciding.state()
                    .index()
                    .leaving(ended.offering().placement())
                    .isNone();
            DemandBook.Starved next = nextFor(deciding, ended.offering(), last);
            while (next != null) {
                PoolPlanner.request(
                        deciding,
                        next.pool(),
                        next.offering(),
                        new Step.Launch(
                                next.need().want().environments(),
                                next.need().cause(),
                                false,
                                new Reason("place-freed", "a machine ended where capacity is short")));
                next = nextFor(deciding, ended.offering(), false);
            }
        }
    }

    private static DemandBook.@Nullable Starved nextFor(Deciding deciding, Offering ended, boolean tryAnyway) {
        CellState state = deciding.state();
        Resources free = state.refusals().freed(ended.placement());
        DemandBook.Starved longest = null;
        for (DemandBook.Starved starved :
                DemandBook.of(state, deciding.now(), ended.placement()::equals).starved()) {
            if (free.covers(toBeFreed(state, starved.offering()))) {
                return starved;
            }
            boolean maybe = sharesDevices(ended, starved.offering()) || isDesperate(state, starved.offering());
            longest = longest == null && maybe ? starved : longest;
        }
        return tryAnyway ? longest : null;
    }

    /** The images of what this decision has moved that way. */
    private static List<Instance> moved(Deciding deciding, InstanceTrigger wanted) {
        List<Instance> moved = new ArrayList<>();
        for (Change change : deciding.changes()) {
            if (change instanceof Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason)
                    && trigger == wanted) {
                moved.add(after);
            }
        }
        return moved;
    }
}
