package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.WorkflowId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What submitted workflows will want before long (policy.md §3.4, §3.6): that a task follows its parents is certain, and when
 * they end is what tasks of their types took. A launch that is begun while the parents run hides its time behind theirs.
 *
 * <p>Ends that let others begin are expected early, for a machine that comes too late lets a task wait; those that only set a
 * machine free are expected late.
 *
 * @param <H> the pool in which a task counts
 */
final class Foreseen<H> {

    private static final double EARLY = 0.1;
    private static final double LATE = 0.9;
    private static final int MOST_TYPES = 4096;

    private static final class Node<H> {
        private final Flow<H> flow;

        /** Null until the task itself is told of: its children may be told of before. */
        private Calendar.@Nullable Type type;

        private @Nullable EnvironmentKey environment;
        private final List<Node<H>> children = new ArrayList<>();
        private @Nullable H home;
        private double share = 1;

        /** Parents that have not ended. */
        private int missing;

        private double began = Double.NaN;
        private boolean over;

        /** The same as {@code missing}, in the look with that number. */
        private int left;

        private long look;

        Node(Flow<H> flow) {
            this.flow = flow;
        }
    }

    /** One workflow. */
    private static final class Flow<H> {
        private final Map<TaskId, Node<H>> nodes = new HashMap<>();

        /** Those that could run, or run. */
        private final Set<Node<H>> active = new LinkedHashSet<>();
    }

    /** What is expected at some time: the node lets others begin, or only sets its machine free. */
    private record End<H>(double at, long order, Node<H> node, double late) implements Comparable<End<H>> {
        @Override
        public int compareTo(End<H> other) {
            int byTime = Double.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Map<WorkflowId, Flow<H>> flows = new HashMap<>();

    /** Workflows by the pools in which some task of theirs waits for others. */
    private final Map<H, Map<Flow<H>, Integer>> waiting = new HashMap<>();

    private final Map<Calendar.Type, Runtimes> runtimes = new LinkedHashMap<>(16, 0.75f, true);
    private long looks;
    private long orders;

    /**
     * A task of a workflow was submitted that waits for others.
     *
     * @param after those of its parents that have not ended
     * @param share of an instance that it fills
     */
    void expected(TaskSpec task, Collection<TaskId> after, H home, double share) {
        Node<H> node = node(task);
        if (node == null || node.home != null) {
            return;
        }
        node.home = home;
        node.share = share;
        for (TaskId parent : after) {
            node.flow
                    .nodes
                    .computeIfAbsent(parent, id -> new Node<>(node.flow))
                    .children
                    .add(node);
            node.missing++;
        }
        waiting.computeIfAbsent(home, key -> new LinkedHashMap<>()).merge(node.flow, 1, Integer::sum);
    }

    /** It could run; told of every task. */
    void wanted(TaskSpec task, H home, double share) {
        Node<H> node = node(task);
        if (node != null) {
            if (node.home != null && !node.flow.active.contains(node)) {
                waitsNoMore(node);
            }
            node.home = home;
            node.share = share;
            node.flow.active.add(node);
        }
    }

    /** It began; told of every task. */
    void began(TaskSpec task, double time) {
        Node<H> node = node(task);
        if (node != null) {
            node.flow.active.add(node);
            node.began = time;
        }
    }

    /** It is final; told of every task. */
    void over(TaskSpec task, double time) {
        Flow<H> flow = task.workflow() == null ? null : flows.get(task.workflow());
        Node<H> node = flow == null ? null : flow.nodes.remove(task.id());
        if (flow == null || node == null) {
            return;
        }
        node.over = true;
        if (!flow.active.remove(node) && node.home != null) {
            waitsNoMore(node);
        }
        if (!Double.isNaN(node.began)) {
            took(type(task), time - node.began);
        }
        node.children.forEach(child -> child.missing--);
        if (flow.nodes.isEmpty()) {
            flows.remove(task.workflow());
        }
    }

    private void took(Calendar.Type type, double seconds) {
        runtimes.computeIfAbsent(type, key -> new Runtimes()).add(seconds);
        if (runtimes.size() > MOST_TYPES) {
            runtimes.remove(runtimes.keySet().iterator().next());
        }
    }

    private void waitsNoMore(Node<H> node) {
        Map<Flow<H>, Integer> here = waiting.get(node.home);
        if (here != null) {
            here.computeIfPresent(node.flow, (flow, count) -> count == 1 ? null : count - 1);
            if (here.isEmpty()) {
                waiting.remove(node.home);
            }
        }
    }

    private static Calendar.Type type(TaskSpec task) {
        return new Calendar.Type(task.tenant(), task.taskType());
    }

    private @Nullable Node<H> node(TaskSpec task) {
        WorkflowId workflow = task.workflow();
        if (workflow == null) {
            return null;
        }
        Flow<H> flow = flows.computeIfAbsent(workflow, id -> new Flow<>());
        Node<H> node = flow.nodes.computeIfAbsent(task.id(), id -> new Node<>(flow));
        if (node.type == null) {
            node.type = type(task);
            node.environment = Shape.environmentOf(task);
        }
        return node;
    }

    /** Whether no workflow is known that is not over. */
    boolean isEmpty() {
        return flows.isEmpty() && waiting.isEmpty();
    }

    /**
     * How many more instances of a pool than now will be wanted at once before some time.
     *
     * @return at least 0
     */
    double most(H home, double time, double until) {
        return most(home, null, time, until);
    }

    /**
     * The same for tasks of one environment only.
     *
     * @param environment null for all
     */
    double most(H home, @Nullable EnvironmentKey environment, double time, double until) {
        double most = 0;
        for (Flow<H> flow : waiting.getOrDefault(home, Map.of()).keySet()) {
            // Workflows do not know of each other: their peaks may meet.
            most += new Look(home, environment, time, until).most(flow);
        }
        return most;
    }

    /** One look at one workflow: what ends lets what begin, in the order of time. */
    private final class Look {
        private final H home;
        private final @Nullable EnvironmentKey environment;
        private final double time;
        private final double until;
        private final long number = ++looks;
        private final PriorityQueue<End<H>> ends = new PriorityQueue<>();
        private double sum;
        private double most;
        private double at;

        Look(H home, @Nullable EnvironmentKey environment, double time, double until) {
            this.home = home;
            this.environment = environment;
            this.time = time;
            this.until = until;
            this.at = time;
        }

        double most(Flow<H> flow) {
            for (Node<H> node : flow.active) {
                double elapsed = Double.isNaN(node.began) ? 0 : Math.max(0, time - node.began);
                expect(node, time - elapsed, elapsed);
            }
            for (End<H> end = ends.poll(); end != null; end = ends.poll()) {
                if (end.at() > at) {
                    most = Math.max(most, sum);
                    at = end.at();
                }
                take(end);
            }
            return Math.max(most, sum);
        }

        private void expect(Node<H> node, double began, double elapsed) {
            Runtimes known = node.type == null ? null : runtimes.get(node.type);
            if (known == null) {
                return;
            }
            double late = began + known.quantile(LATE, elapsed);
            if (node.children.isEmpty()) {
                put(node, late, Double.NaN);
            } else {
                put(node, began + known.quantile(EARLY, elapsed), late);
            }
        }

        private void put(Node<H> node, double end, double late) {
            if (end <= until) {
                ends.add(new End<>(end, orders++, node, late));
            }
        }

        private void take(End<H> end) {
            boolean frees = Double.isNaN(end.late());
            if (!frees) {
                for (Node<H> child : end.node().children) {
                    if (child.look != number) {
                        child.look = number;
                        child.left = child.missing;
                    }
                    if (--child.left == 0 && !child.over) {
                        frees = true;
                        count(child, child.share);
                        expect(child, end.at(), 0);
                    }
                }
            }
            if (frees) {
                count(end.node(), -end.node().share);
            } else {
                put(end.node(), end.late(), Double.NaN);
            }
        }

        private void count(Node<H> node, double by) {
            boolean counts = home.equals(node.home) && (environment == null || environment.equals(node.environment));
            sum += counts ? by : 0;
        }
    }
}
