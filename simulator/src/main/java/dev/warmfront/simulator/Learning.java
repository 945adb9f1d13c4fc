package dev.warmfront.simulator;

import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;

/** Tells a policy of its pool's tasks: those of the simulation as they happen, those of the prefix as they were recorded. */
final class Learning implements Watcher {

    private final DemandObserver observer;

    Learning(DemandObserver observer) {
        this.observer = observer;
    }

    @Override
    public void decided(Event event, Decision decision, long nowMicros) {
        for (Change change : decision.changes()) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                tell(task, trigger, nowMicros);
            }
        }
    }

    private void tell(Task task, TaskTrigger trigger, long nowMicros) {
        String app = task.spec().tenant().value() + "/" + task.spec().taskType();
        if (trigger == TaskTrigger.UNBLOCKED
                || (trigger == TaskTrigger.SUBMITTED && task.state() == TaskState.QUEUED)) {
            observer.eligible(app, nowMicros);
        } else if (trigger == TaskTrigger.ASSIGNED) {
            observer.began(app, nowMicros);
            if (task.instance() != null) {
                observer.ran(task.instance(), app);
            }
        } else if (task.state().isFinal()) {
            observer.ended(app, nowMicros);
        }
    }

    private record Ending(long at, long order, String app) implements Comparable<Ending> {
        @Override
        public int compareTo(Ending other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /**
     * Tells of a recorded prefix as if no task had waited. Ends beyond the prefix are not told: they are not known yet.
     *
     * @param untilMicros end of the prefix
     * @param tenants gives a trace's tenant the name by which the simulation will know it
     */
    static void train(List<Submission> prefix, long untilMicros, UnaryOperator<String> tenants, DemandObserver to) {
        PriorityQueue<Ending> starts = new PriorityQueue<>();
        PriorityQueue<Ending> ends = new PriorityQueue<>();
        long order = 0;
        for (Submission submission : prefix) {
            String tenant = tenants.apply(submission.tenant());
            long[] nominal = nominalStarts(submission);
            for (int i = 0; i < nominal.length; i++) {
                TraceTask task = submission.tasks().get(i);
                String app = tenant + "/" + task.type();
                starts.add(new Ending(nominal[i], order, app));
                ends.add(new Ending(nominal[i] + task.runtimeMicros(), order++, app));
            }
        }
        while (!starts.isEmpty() || !ends.isEmpty()) {
            Ending start = starts.peek();
            Ending end = ends.peek();
            boolean ending = start == null || (end != null && end.at() <= start.at() && end.order() != start.order());
            Ending next = ending ? ends.remove() : starts.remove();
            if (next.at() >= untilMicros) {
                return;
            }
            if (ending) {
                to.ended(next.app(), next.at());
            } else {
                to.eligible(next.app(), next.at());
                to.began(next.app(), next.at());
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
