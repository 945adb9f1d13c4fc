package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shadow environments of one pool: which environments its idle machines should have loaded before tasks ask for them. The pool is
 * generic first and specialised late (policy.md §4): machines are launched for what all tasks want together, and one that is idle
 * loads what its {@link ReadinessScore} says.
 *
 * <p>What is needed is told by slots of time: how high the demand for an environment went in one, and how far it rose within it;
 * and by workflows, of whose next tasks it is certain which environment they need. How likely the machine is missed while it loads, shorter
 * turns tell, each as long as the longest load. Time is in seconds since the epoch.
 */
final class Shadows {

    /** Time constant of what is remembered, in seconds; an environment that nobody wanted for so long is forgotten. */
    private static final double MEMORY = 86_400;

    /** Slots are not shorter than so many seconds. */
    private static final double SHORTEST_SLOT = 60;

    private static final double SHORTEST_TURN = 1;

    /** How many more machines with an environment tasks of workflows will certainly want. */
    interface Certain {
        double most(EnvironmentKey environment, double until);
    }

    /** Demand in machines, and what slots of time tell of it. */
    private final class Wanted {
        private final UsualPeak peaks = new UsualPeak(kept);
        private final UsualPeak rises = new UsualPeak(kept);
        private double level;
        private double began;
        private double peak;
        private int quiet;

        /** The latest task that wanted it. */
        private @Nullable TaskId latest;

        void change(double by) {
            level += by;
            peak = Math.max(peak, level);
        }

        void endSlot() {
            peaks.add(peak);
            rises.add(peak - began);
            quiet = peak > 0 ? 0 : quiet + 1;
            began = level;
            peak = level;
        }

        /** How likely more than so many machines are wanted at once within a slot. */
        double chanceBeyond(double covered) {
            return Math.max(peaks.chanceBeyond(covered), rises.chanceBeyond(covered - level));
        }
    }

    private record Part(EnvironmentKey environment, double share) {}

    private final double slot;
    private final double kept;
    private final LoadTimes loads;
    private final TreeMap<EnvironmentKey, Wanted> environments = new TreeMap<>();
    private final Map<TaskId, Part> parts = new HashMap<>();

    private double slotEnds = Double.NaN;

    /** How many machines all tasks want, generic ones included. */
    private int level;

    /** The same when the turn began, and the most since: a turn is as long as a load. */
    private int began;

    private int peak;
    private double turn;
    private double turnEnds;

    /** How far demand rose in a turn. */
    private final UsualPeak rises;

    /**
     * @param prices a slot is as long as the horizon of policy.md §4, twice the time for which holding costs as much as a launch
     * @param loads how long environments take to load
     */
    Shadows(LevelPrices prices, LoadTimes loads) {
        this.slot = Math.max(SHORTEST_SLOT, 2 * prices.launch());
        this.kept = Math.exp(-slot / MEMORY);
        this.loads = loads;
        this.rises = new UsualPeak(kept);
    }

    /** Whether no task of late needed an environment of its own. */
    boolean isEmpty() {
        return environments.isEmpty();
    }

    /** A task could run; it fills that share of a machine. Told again when it must run once more. */
    void wanted(TaskSpec task, double share, double time) {
        EnvironmentKey environment = Shape.environmentOf(task);
        if (environment.isGeneric() || parts.containsKey(task.id())) {
            return;
        }
        pass(time);
        parts.put(task.id(), new Part(environment, share));
        Wanted wanted = environments.computeIfAbsent(environment, key -> new Wanted());
        wanted.latest = task.id();
        wanted.change(share);
    }

    /** It is final. */
    void over(TaskId task, double time) {
        Part part = parts.remove(task);
        if (part != null) {
            pass(time);
            Wanted wanted = environments.get(part.environment());
            if (wanted != null) {
                wanted.change(-part.share());
            }
        }
    }

    /** All tasks together want so many machines more, or fewer. */
    void changed(int by, double time) {
        if (!isEmpty()) {
            pass(time);
        }
        level += by;
        peak = Math.max(peak, level);
    }

    /** Lets time pass. */
    void pass(double time) {
        if (Double.isNaN(slotEnds)) {
            slotEnds = time + slot;
            begin(time);
        }
        if (turnEnds <= time) {
            rises.add(peak - began);
            begin(time);
        }
        // After a long silence all that is remembered is silence.
        slotEnds = Math.max(slotEnds, time - 2 * MEMORY);
        while (slotEnds <= time) {
            slotEnds += slot;
            for (Iterator<Wanted> each = environments.values().iterator(); each.hasNext(); ) {
                Wanted wanted = each.next();
                wanted.endSlot();
                if (wanted.quiet * slot > MEMORY) {
                    each.remove();
                }
            }
        }
    }

    private void begin(double time) {
        turn = Math.clamp(lead(), SHORTEST_TURN, slot);
        turnEnds = time + turn;
        began = level;
        peak = level;
    }

    /** How likely so many idle machines are all wanted while an environment loads. */
    private double missed(int idle, double seconds) {
        return rises.chanceBeyond(idle - 1) * Math.min(1, seconds / turn);
    }

    /** Which machines that are idle, or will be, have what. */
    final class Look {
        private final Map<EnvironmentKey, Integer> ready = new HashMap<>();

        /** What workflows will certainly want more by when it could be loaded. */
        private final Map<EnvironmentKey, Double> surely = new HashMap<>();

        private final double time;
        private final Certain certain;

        /**
         * @param idle machines without a task
         * @param coming machines that will be hot by themselves
         */
        Look(List<Instance> idle, List<Instance> coming, double time, Certain certain) {
            this.time = time;
            this.certain = certain;
            pass(time);
            idle.forEach(instance -> instance.warm().forEach(this::isReady));
            for (Instance instance : coming) {
                instance.warm().forEach(this::isReady);
                instance.warming().stream()
                        .filter(environment -> !instance.warm().contains(environment))
                        .forEach(this::isReady);
            }
        }

        private void isReady(EnvironmentKey environment) {
            ready.merge(environment, 1, Integer::sum);
        }

        private int ready(EnvironmentKey environment) {
            return ready.getOrDefault(environment, 0);
        }

        /** The machine is to load the environment. */
        void loads(EnvironmentKey environment) {
            isReady(environment);
        }

        /** The machine is to go. */
        void goes(Instance instance) {
            instance.warm().forEach(environment -> ready.merge(environment, -1, Integer::sum));
        }

        /** What is best loaded next by a machine; null where nothing pays. */
        @Nullable ReadinessScore best(Instance machine, int idle, double waitPrice) {
            ReadinessScore best = null;
            for (EnvironmentKey environment : environments.keySet()) {
                double seconds = loads.of(environment);
                if (seconds <= 0 || machine.warm().contains(environment)) {
                    continue;
                }
                ReadinessScore score = new ReadinessScore(
                        environment,
                        needed(environment, ready(environment)),
                        missed(idle, seconds),
                        ready(environment),
                        seconds,
                        waitPrice);
                if (score.pays() && (best == null || score.value() > best.value())) {
                    best = score;
                }
            }
            return best;
        }

        /** How likely more than so many machines are needed that wait with the environment for its tasks. */
        private double needed(EnvironmentKey environment, int machines) {
            Wanted wanted = environments.get(environment);
            if (wanted == null) {
                return 0;
            }
            double covered = Math.ceil(wanted.level - 1e-6) + machines;
            return wanted.level + surely(environment) > covered + 1e-6 ? 1 : wanted.chanceBeyond(covered);
        }

        /** Asked for each machine, and found out by going through workflows: once in a look. */
        private double surely(EnvironmentKey environment) {
            return surely.computeIfAbsent(environment, key -> {
                double seconds = loads.of(key);
                return seconds > 0 ? certain.most(key, time + seconds) : 0;
            });
        }

        /** How much is lost in readiness when the machine goes: the sum of the chances that what it has loaded is needed. */
        double loss(Instance machine) {
            double sum = 0;
            for (EnvironmentKey environment : machine.warm()) {
                double seconds = loads.of(environment);
                sum += seconds > 0 ? needed(environment, ready(environment) - 1) * seconds : 0;
            }
            return sum;
        }
    }

    /** For whose sake an environment is held; null when it is not wanted any more. */
    @Nullable Cause cause(EnvironmentKey environment) {
        Wanted wanted = environments.get(environment);
        return wanted == null || wanted.latest == null ? null : new Cause(environment.tenant(), wanted.latest);
    }

    /** How much earlier than its tasks a machine must be hot to load what they need: the longest load that is known of, in seconds. */
    double lead() {
        double longest = 0;
        for (EnvironmentKey environment : environments.keySet()) {
            longest = Math.max(longest, loads.of(environment));
        }
        return longest;
    }
}
