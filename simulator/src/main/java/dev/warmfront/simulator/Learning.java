package dev.warmfront.simulator;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.DemandListener;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Tells a policy of its pool's tasks: those of the simulation as they happen, those of the prefix as they were recorded. */
final class Learning implements Watcher {

    private final DemandObserver observer;

    Learning(DemandObserver observer) {
        this.observer = observer;
    }

    @Override
    public void decided(Event event, Decision decision, long nowMicros) {
        Instant now = Simulation.instantOf(nowMicros);
        for (Change change : decision.changes()) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                tell(task, trigger, now);
            }
        }
    }

    private void tell(Task task, TaskTrigger trigger, Instant now) {
        if (trigger == TaskTrigger.SUBMITTED) {
            observer.submitted(task.spec(), now);
        }
        if (trigger == TaskTrigger.UNBLOCKED
                || (trigger == TaskTrigger.SUBMITTED && task.state() == TaskState.QUEUED)) {
            observer.eligible(task.spec(), now);
        } else if (trigger == TaskTrigger.ASSIGNED) {
            observer.began(task.spec(), now);
            if (task.instance() != null) {
                observer.ran(task.instance(), task.spec());
            }
        } else if (task.state().isFinal()) {
            observer.ended(task.spec(), now);
        }
    }

    /** Tells of the prefix only: of what is simulated the scheduler itself tells, as it does in the control plane. */
    record Prefix(
            DemandListener listener,
            PoolId pool,
            Offering offering,
            @Nullable Mining mining) implements DemandObserver {

        /** What was mined by now; the listener hears of it before what happens then. */
        private void mined(Instant at) {
            if (mining != null) {
                mining.news(at).forEach(news -> listener.learned(news.tenant(), news.successors()));
            }
        }

        @Override
        public void submitted(TaskSpec task, Instant at) {
            if (!task.parents().isEmpty()) {
                listener.expected(pool, offering, 1, task, task.parents(), at);
            }
        }

        @Override
        public void eligible(TaskSpec task, Instant at) {
            mined(at);
            if (mining != null) {
                mining.eligible(task, at);
            }
            listener.wanted(pool, offering, 1, task, at);
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            listener.began(task, at);
        }

        @Override
        public void ended(TaskSpec task, Instant at) {
            mined(at);
            if (mining != null) {
                mining.ended(task, at);
            }
            listener.over(task, at);
        }
    }

    /** Tells of a recorded stretch as if no task had waited. */
    static final class Training {

        private record Step(long at, long order, boolean ends, TaskSpec spec, long runtime)
                implements Comparable<Step> {
            @Override
            public int compareTo(Step other) {
                if (at != other.at) {
                    return Long.compare(at, other.at);
                }
                // Ends come first, as in the simulation; a task without length begins before it ends, since its end is
                // put in when it has begun.
                return ends != other.ends ? Boolean.compare(other.ends, ends) : Long.compare(order, other.order);
            }
        }

        private final DemandObserver observer;
        private final TaskMaker maker;
        private final PriorityQueue<Step> steps = new PriorityQueue<>();
        private final Map<TaskId, TaskSpec> running = new LinkedHashMap<>();
        private long orders;

        Training(DemandObserver observer, TaskMaker maker) {
            this.observer = observer;
            this.maker = maker;
        }

        /**
         * Tells all of a prefix. What still runs at its end is told to end there: it does not exist in what follows.
         *
         * @param untilMicros end of the prefix; ends and starts beyond it are not known yet
         */
        void tell(Trace.Cursor prefix, long untilMicros) {
            for (Submission next = prefix.next(); next != null; next = prefix.next()) {
                pass(next.submitMicros());
                List<TaskSpec> specs = maker.next(next);
                long[] starts = nominalStarts(next);
                Instant at = Simulation.instantOf(next.submitMicros());
                for (int i = 0; i < starts.length; i++) {
                    if (maker.declares()) {
                        observer.submitted(specs.get(i), at);
                    }
                    steps.add(new Step(
                            starts[i],
                            orders++,
                            false,
                            specs.get(i),
                            next.tasks().get(i).runtimeMicros()));
                }
            }
            pass(untilMicros);
            Instant end = Simulation.instantOf(untilMicros);
            running.values().forEach(task -> observer.ended(task, end));
            running.clear();
        }

        private void pass(long untilMicros) {
            for (Step next = steps.peek(); next != null && next.at() < untilMicros; next = steps.peek()) {
                steps.remove();
                Instant at = Simulation.instantOf(next.at());
                if (next.ends()) {
                    running.remove(next.spec().id());
                    observer.ended(next.spec(), at);
                } else {
                    if (!maker.declares()) {
                        observer.submitted(next.spec(), at);
                    }
                    observer.eligible(next.spec(), at);
                    observer.began(next.spec(), at);
                    running.put(next.spec().id(), next.spec());
                    steps.add(new Step(next.at() + next.runtime(), orders++, true, next.spec(), 0));
                }
            }
        }
    }

    /** When each task of a submission begins if nobody waits: as soon as its parents have ended. */
    static long[] nominalStarts(Submission submission) {
        List<TraceTask> tasks = submission.tasks();
        long[] starts = new long[tasks.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = submission.submitMicros();
            for (int parent : tasks.get(i).parents()) {
                starts[i] =
                        Math.max(starts[i], starts[parent] + tasks.get(parent).runtimeMicros());
            }
        }
        return starts;
    }
}
