package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Queued tasks of one tenant and shape, the next one first. */
final class Lane {

    /** Ordered by what the task's image says, so that a task that comes back, or a restored queue, has the old order. */
    record Entry(int priority, Instant submittedAt, TaskId task) implements Comparable<Entry> {

        static Entry of(Task task) {
            return new Entry(
                    task.spec().priority(), task.submittedAt(), task.spec().id());
        }

        @Override
        public int compareTo(Entry other) {
            int byPriority = Integer.compare(other.priority, priority);
            int byAge = byPriority != 0 ? byPriority : submittedAt.compareTo(other.submittedAt);
            return byAge != 0 ? byAge : task.compareTo(other.task);
        }
    }

    private final Shape shape;
    private final TreeSet<Entry> entries = new TreeSet<>();

    /** What was found in vain: a cache beside the truth, so that it is not tried again. Forgetting it changes no decision. */
    private long stuckGains = -1;

    private long stuckMost;

    Lane(Shape shape) {
        this.shape = shape;
    }

    Shape shape() {
        return shape;
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    /**
     * Whether trying it is in vain.
     *
     * @param gains of the domain now ({@link DomainEntry#gains})
     */
    boolean isStuck(long gains) {
        return stuckGains == gains && entries.size() <= stuckMost;
    }

    /**
     * Remembers that the shape found no place.
     *
     * @param gains of the domain now
     * @param most up to how many queued tasks of the shape that is so
     */
    void stick(long gains, long most) {
        stuckGains = gains;
        stuckMost = most;
    }

    /** Has it tried again. */
    void unstick() {
        stick(-1, 0);
    }

    /** The next tasks, so many at most. */
    Iterable<TaskId> first(int most) {
        return entries.stream().limit(most).map(Entry::task).toList();
    }

    TaskId head() {
        return entries.first().task();
    }

    /** The tasks, the next one first. */
    Iterable<TaskId> tasks() {
        return entries.stream().map(Entry::task).toList();
    }

    /** The first task of each priority, the highest first. */
    Iterable<TaskId> heads() {
        List<TaskId> heads = new ArrayList<>();
        for (Entry head = entries.first(); head != null; ) {
            heads.add(head.task());
            head = entries.ceiling(new Entry(head.priority() - 1, Instant.MIN, head.task()));
        }
        return heads;
    }

    Entry first() {
        return entries.first();
    }
}
