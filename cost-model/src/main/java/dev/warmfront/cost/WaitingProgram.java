package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bound (c) of policy.md §2: the least that can be paid when tasks may wait, as a linear program over slots of time.
 *
 * <p>Variables: starts y of each group of equal tasks in each slot; hot and standby instances h, s per slot; launches, stops
 * and resumes by slot. Rows: what leaves a hot or a standby node has come in; all tasks start; busy instances b never exceed
 * hot ones, with b kept as a balance of starts and ends, so that each start has two terms however long it runs; a child
 * starts no earlier than its parents end; and the target for the waits.
 *
 * <p><b>Why it stays a lower bound.</b> Take any schedule in real time and move each of its times down to its slot. Runtimes and
 * lead times are rounded down too, so moved tasks fit into moved hot stretches, and moved transitions arrive no later than
 * allowed. Only lengths of stretches can come out up to one slot longer than they were. So, unless every time is a whole
 * number of slots, each entry into HOT gets a credit of c_H for one slot, each entry into STANDBY one of c_S for one slot
 * and what the lead times lost, and a wait counts less one slot. The bound is then below every feasible schedule; it is
 * tight when slots are short against lead times, and exact up to fractions of instances when all times are whole slots.
 *
 * <p>What it returns is floating point: a figure to compare with, which never enters a ledger.
 */
public final class WaitingProgram {

    /**
     * A task.
     *
     * @param arrivalNanos when it is submitted, ≥ 0 since the origin of the trace
     * @param runtimeNanos how long it runs, ≥ 0
     * @param parents indices, in the list of tasks, of those that must end before it starts; empty for a task of its own
     */
    public record Job(long arrivalNanos, long runtimeNanos, List<Integer> parents) {

        public Job {
            parents = List.copyOf(parents);
            if (arrivalNanos < 0 || runtimeNanos < 0) {
                throw new IllegalArgumentException("a task's arrival or runtime is negative");
            }
        }

        /** A task without parents. */
        public static Job of(Duration arrival, Duration runtime) {
            return new Job(arrival.toNanos(), runtime.toNanos(), List.of());
        }
    }

    /**
     * What waiting is allowed and what it costs. Waits are those of tasks without parents: when a child becomes eligible
     * depends on the schedule, and leaving its wait out keeps the bound one.
     *
     * @param waitPrice w per waiting task; {@link HourlyRate#FREE} when only the targets count
     * @param longestWait no task starts later than this after its arrival (a child: after the latest its ancestors allow)
     * @param limit the wait that most tasks keep to; null for no percentile target
     * @param exceeding how many tasks may wait longer than the limit: ε·N, rounded down
     * @param meanWait a bound on the mean wait, or null
     */
    public record Waiting(
            HourlyRate waitPrice,
            Duration longestWait,
            @Nullable Duration limit,
            long exceeding,
            @Nullable Duration meanWait) {

        /** Nobody waits. */
        public static Waiting none() {
            return new Waiting(HourlyRate.FREE, Duration.ZERO, null, 0, null);
        }

        /** Waiting up to the longest, at a price. */
        public static Waiting priced(HourlyRate waitPrice, Duration longestWait) {
            return new Waiting(waitPrice, longestWait, null, 0, null);
        }

        /** At most so many tasks wait longer than the limit, and none longer than the longest. */
        public static Waiting atMost(Duration limit, long exceeding, Duration longestWait) {
            return new Waiting(HourlyRate.FREE, longestWait, limit, exceeding, null);
        }
    }

    /**
     * The optimum, in dollars as floating point.
     *
     * @param objectiveUsd spend plus priced waiting: no schedule has less
     * @param spendUsd the part of it that is spend
     * @param waitSeconds the waits of all tasks together, as far as they count
     * @param variables size of the program
     * @param rows size of the program
     */
    public record Optimum(double objectiveUsd, double spendUsd, double waitSeconds, int variables, int rows) {}

    private static final double NANO_DOLLARS = 1e9;
    private static final double NANOS_PER_HOUR = 3.6e12;

    /** Tasks that look the same to the program. */
    private record Shape(int arrival, int runtime, long solitary) implements Comparable<Shape> {

        @Override
        public int compareTo(Shape other) {
            int byArrival = Integer.compare(arrival, other.arrival);
            int byRuntime = byArrival != 0 ? byArrival : Integer.compare(runtime, other.runtime);
            return byRuntime != 0 ? byRuntime : Long.compare(solitary, other.solitary);
        }
    }

    /** The starts of one group: variable {@code first + k} is how many start {@code k} slots after {@code from}. */
    private record Group(int from, int runtime, int first, int slots, long count, boolean waits) {}

    private final TierEconomics economics;
    private final Waiting waiting;
    private final long slot;
    private final boolean whole;
    private final boolean aligned;
    private final LinearProgram program = new LinearProgram();
    private final List<Group> groups = new ArrayList<>();
    private final int[] groupOf;
    private final int slots;
    private final double unit;
    private final double waitPerSlot;

    /** What every schedule pays, however long tasks may wait: their runtime and a launch. Slots lose it where tasks are short. */
    private final double least;

    private WaitingProgram(List<Job> jobs, TierEconomics economics, Waiting waiting, Duration slot, boolean whole) {
        this.economics = economics;
        this.waiting = waiting;
        this.slot = slot.toNanos();
        this.whole = whole;
        this.aligned = isAligned(jobs);
        // Costs in hot slots, so that the solver sees numbers near one.
        this.unit = Math.max(1, economics.prices().hot().nanosPerHour()) * (double) this.slot / NANOS_PER_HOUR;
        this.waitPerSlot = waiting.waitPrice().nanosPerHour() * (double) this.slot / NANOS_PER_HOUR / unit;
        this.least = least(jobs);
        this.groupOf = new int[jobs.size()];
        this.slots = addGroups(jobs);
        int[] hot = addInstances(jobs.size());
        addBusy(hot);
        addPrecedence(jobs);
        addTargets(jobs);
    }

    /**
     * The bound: the relaxation, in which instances and tasks may be split.
     *
     * @param jobs parents before children
     * @param slot length of a slot, > 0 and at most the launch
     * @throws IllegalArgumentException when a slot costs more than a launch: the credits would swallow the bound
     * @throws BoundSolver.UnsolvedException when no schedule keeps the targets
     */
    public static Optimum relaxed(
            List<Job> jobs, TierEconomics economics, Waiting waiting, Duration slot, BoundSolver solver) {
        return new WaitingProgram(jobs, economics, waiting, slot, false).solve(solver);
    }

    /** The same with whole tasks: exact where all times are whole slots. For small instances; its time is exponential. */
    public static Optimum integral(
            List<Job> jobs, TierEconomics economics, Waiting waiting, Duration slot, BoundSolver solver) {
        return new WaitingProgram(jobs, economics, waiting, slot, true).solve(solver);
    }

    private Optimum solve(BoundSolver solver) {
        LinearSolution solution = solver.minimise(program);
        double waits = 0;
        for (Group group : groups) {
            for (int k = 0; group.waits() && k < group.slots(); k++) {
                waits += counted(k) * solution.value(group.first() + k);
            }
        }
        double objective = solution.objective() * unit / NANO_DOLLARS;
        double priced = waits * waitPerSlot * unit / NANO_DOLLARS;
        return new Optimum(
                Math.max(objective, least),
                Math.max(objective - priced, least),
                waits * slot / 1e9,
                program.variables(),
                program.rows());
    }

    private double least(List<Job> jobs) {
        if (jobs.isEmpty()) {
            return 0;
        }
        Exact sum = economics.launchExact();
        for (Job job : jobs) {
            sum = sum.plus(Exact.of(economics.prices().hot(), job.runtimeNanos()));
        }
        return sum.toMoney().toDollars().doubleValue();
    }

    private boolean isAligned(List<Job> jobs) {
        LeadTimes leads = economics.leads();
        boolean all = leads.launch().toNanos() % slot == 0
                && leads.resume().toNanos() % slot == 0
                && leads.stop().toNanos() % slot == 0;
        for (Job job : jobs) {
            all &= job.arrivalNanos() % slot == 0 && job.runtimeNanos() % slot == 0;
        }
        return all;
    }

    /** How many slots of a wait of so many count: unless all is whole, up to one may be rounding. */
    private int counted(int waited) {
        return aligned ? waited : Math.max(0, waited - 1);
    }

    private int toSlots(long nanoseconds) {
        return Math.toIntExact(nanoseconds / slot);
    }

    /** A variable for each group and slot in which it may start; returns the number of slots. */
    private int addGroups(List<Job> jobs) {
        int longest = toSlots(waiting.longestWait().toNanos()) + (aligned ? 0 : 1);
        boolean[] related = new boolean[jobs.size()];
        for (int i = 0; i < jobs.size(); i++) {
            for (int parent : jobs.get(i).parents()) {
                if (parent < 0 || parent >= i) {
                    throw new IllegalArgumentException("task " + i + " comes before its parent " + parent);
                }
                related[parent] = true;
                related[i] = true;
            }
        }
        int[] earliest = new int[jobs.size()];
        int[] latest = new int[jobs.size()];
        TreeMap<Shape, List<Integer>> shapes = new TreeMap<>();
        for (int i = 0; i < jobs.size(); i++) {
            Job job = jobs.get(i);
            earliest[i] = toSlots(job.arrivalNanos());
            latest[i] = earliest[i];
            for (int parent : job.parents()) {
                int runtime = toSlots(jobs.get(parent).runtimeNanos());
                earliest[i] = Math.max(earliest[i], earliest[parent] + runtime);
                // A parent's real end may be moved one slot further than its moved start and runtime say.
                latest[i] = Math.max(latest[i], latest[parent] + runtime + (aligned ? 0 : 1));
            }
            latest[i] += longest;
            Shape shape = new Shape(earliest[i], toSlots(job.runtimeNanos()), related[i] ? i : -1);
            shapes.computeIfAbsent(shape, key -> new ArrayList<>()).add(i);
        }
        int end = 0;
        for (Map.Entry<Shape, List<Integer>> entry : shapes.entrySet()) {
            Shape shape = entry.getKey();
            int member = entry.getValue().getFirst();
            addGroup(jobs, shape, latest[member], entry.getValue());
            end = Math.max(end, latest[member] + shape.runtime());
        }
        return end + 1;
    }

    private void addGroup(List<Job> jobs, Shape shape, int latest, List<Integer> members) {
        int count = members.size();
        boolean waits = jobs.get(members.getFirst()).parents().isEmpty();
        int row = program.row(count, count);
        int first = program.variables();
        int starts = latest - shape.arrival() + 1;
        for (int k = 0; k < starts; k++) {
            double price = waits ? counted(k) * waitPerSlot : 0;
            program.term(row, program.variable(0, count, price, whole), 1);
        }
        members.forEach(member -> groupOf[member] = groups.size());
        groups.add(new Group(shape.arrival(), shape.runtime(), first, starts, count, waits));
    }

    /** Flow conservation at the hot and standby nodes; OFF is unbounded and free. Returns the hot instances by slot. */
    private int[] addInstances(int most) {
        TierPrices prices = economics.prices();
        LeadTimes leads = economics.leads();
        double hotSlot = cost(Exact.of(prices.hot(), slot));
        double launch = cost(economics.launchExact()) - (aligned ? 0 : hotSlot);
        if (launch < 0) {
            throw new IllegalArgumentException("a slot of " + Duration.ofNanos(slot)
                    + " costs more than a launch: the bound needs slots shorter than the lead times");
        }
        int[] hot = new int[slots];
        int[] hotRow = new int[slots];
        for (int t = 0; t < slots; t++) {
            hot[t] = program.variable(0, most, hotSlot, false);
            hotRow[t] = program.row(0, Double.POSITIVE_INFINITY);
            // Launched long enough before, if need be before the trace begins.
            program.term(hotRow[t], program.variable(0, most, launch, false), 1);
            program.term(hotRow[t], hot[t], -1);
            if (t > 0) {
                program.term(hotRow[t], hot[t - 1], 1);
            }
        }
        if (economics.hasStandby()) {
            addStandby(
                    most,
                    hotRow,
                    hotSlot,
                    toSlots(leads.stop().toNanos()),
                    toSlots(leads.resume().toNanos()));
        }
        return hot;
    }

    private void addStandby(int most, int[] hotRow, double hotSlot, int stopSlots, int resumeSlots) {
        TierPrices prices = economics.prices();
        LeadTimes leads = economics.leads();
        HourlyRate rate = economics.standbyRate();
        // Where standby is dearer than hot, time that rounding moves into it must not count as dearer.
        HourlyRate held = aligned || rate.compareTo(prices.hot()) < 0 ? rate : prices.hot();
        double heldSlot = cost(Exact.of(held, slot));
        double lost = cost(Exact.of(held, leads.roundTrip().toNanos() - (long) (stopSlots + resumeSlots) * slot));
        double stop = cost(Exact.of(prices.stopCharge())
                        .plus(Exact.of(prices.hot(), prices.billedStop().toNanos())))
                - (aligned ? 0 : heldSlot + lost);
        double resume = cost(Exact.of(prices.resumeCharge())
                        .plus(Exact.of(prices.hot(), prices.billedResume().toNanos())))
                - (aligned ? 0 : hotSlot);
        int[] standbyRow = new int[slots];
        int[] standby = new int[slots];
        for (int t = 0; t < slots; t++) {
            standbyRow[t] = program.row(0, Double.POSITIVE_INFINITY);
            standby[t] = program.variable(0, most, heldSlot, false);
            program.term(standbyRow[t], standby[t], -1);
            if (t > 0) {
                program.term(standbyRow[t], standby[t - 1], 1);
            }
        }
        for (int t = 0; t < slots; t++) {
            if (t + stopSlots < slots) {
                int stops = program.variable(0, most, stop, false);
                program.term(hotRow[t], stops, -1);
                program.term(standbyRow[t + stopSlots], stops, 1);
            }
            if (t + resumeSlots < slots) {
                int resumes = program.variable(0, most, resume, false);
                program.term(standbyRow[t], resumes, -1);
                program.term(hotRow[t + resumeSlots], resumes, 1);
            }
        }
    }

    /** b(t) = b(t − 1) + starts − ends, and 0 ≤ b(t) ≤ h(t). */
    private void addBusy(int[] hot) {
        int[] balance = new int[slots];
        int[] busy = new int[slots];
        for (int t = 0; t < slots; t++) {
            busy[t] = program.variable(0, Double.POSITIVE_INFINITY, 0, false);
            balance[t] = program.row(0, 0);
            program.term(balance[t], busy[t], -1);
            if (t > 0) {
                program.term(balance[t], busy[t - 1], 1);
            }
            int room = program.row(0, Double.POSITIVE_INFINITY);
            program.term(room, hot[t], 1);
            program.term(room, busy[t], -1);
        }
        for (Group group : groups) {
            for (int k = 0; group.runtime() > 0 && k < group.slots(); k++) {
                int start = group.from() + k;
                program.term(balance[start], group.first() + k, 1);
                if (start + group.runtime() < slots) {
                    program.term(balance[start + group.runtime()], group.first() + k, -1);
                }
            }
        }
    }

    /**
     * An edge i → j: by no slot have more of j started than of i ended, Σ_{s'≤s} y_j ≤ Σ_{s'≤s−p_i} y_i. Kept as a balance
     * of what has ended and not started, ≥ 0, so that its size is that of the slots and not of their square.
     */
    private void addPrecedence(List<Job> jobs) {
        for (int child = 0; child < jobs.size(); child++) {
            Group after = groups.get(groupOf[child]);
            for (int parent : jobs.get(child).parents()) {
                Group before = groups.get(groupOf[parent]);
                int ended = 0;
                int open = -1;
                for (int k = 0; k < after.slots(); k++) {
                    int row = program.row(0, 0);
                    if (open >= 0) {
                        program.term(row, open, 1);
                    }
                    open = program.variable(0, Double.POSITIVE_INFINITY, 0, false);
                    program.term(row, open, -1);
                    program.term(row, after.first() + k, -1);
                    int last = Math.min(before.slots() - 1, after.from() + k - before.runtime() - before.from());
                    for (; ended <= last; ended++) {
                        program.term(row, before.first() + ended, 1);
                    }
                }
            }
        }
    }

    private void addTargets(List<Job> jobs) {
        Duration limit = waiting.limit();
        Duration mean = waiting.meanWait();
        int within = limit == null ? 0 : toSlots(limit.toNanos());
        int late = limit == null ? -1 : program.row(Double.NEGATIVE_INFINITY, (double) waiting.exceeding());
        int total =
                mean == null ? -1 : program.row(Double.NEGATIVE_INFINITY, mean.toNanos() * (double) jobs.size() / slot);
        for (Group group : groups) {
            for (int k = 0; group.waits() && k < group.slots(); k++) {
                if (late >= 0 && counted(k) > within) {
                    program.term(late, group.first() + k, 1);
                }
                if (total >= 0 && counted(k) > 0) {
                    program.term(total, group.first() + k, counted(k));
                }
            }
        }
    }

    /** In hot slots. */
    private double cost(Exact cost) {
        return cost.units().doubleValue() / NANOS_PER_HOUR / unit;
    }
}
