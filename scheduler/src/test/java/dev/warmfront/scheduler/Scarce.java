package dev.warmfront.scheduler;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.TaskState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A provider that has only so many machines, with agents whose tasks take a fixed time; all else is prompt. */
final class Scarce {

    private final TestCell cell;
    private final int most;
    private final Duration taskTime;
    private final Set<String> alive = new HashSet<>();
    private int launches;

    Scarce(TestCell cell, int most, int taskSeconds) {
        this.cell = cell;
        this.most = most;
        this.taskTime = Duration.ofSeconds(taskSeconds);
    }

    /** A second passes: what is due ends, the provider answers, machines come up, the cell ticks. */
    void second() {
        cell.after(1);
        for (Task task : List.copyOf(cell.state.tasks())) {
            boolean over = task.assignedAt() != null
                    && task.state() == TaskState.ASSIGNED
                    && Duration.between(task.assignedAt(), cell.now).compareTo(taskTime) >= 0;
            if (over) {
                cell.exits(task.spec().id().value(), 0);
            }
        }
        for (Intent intent : List.copyOf(cell.state.openIntents())) {
            cell.answer(intent, outcome(intent));
        }
        cell.bootUp();
        cell.warmUp();
        cell.tick();
    }

    private ProviderOutcome outcome(Intent intent) {
        String ref = "m-" + intent.instance();
        if (intent.kind() == Intent.Kind.TERMINATE) {
            alive.remove(ref);
        } else if (intent.kind() == Intent.Kind.LAUNCH) {
            if (alive.size() >= most) {
                return new ProviderOutcome.InsufficientCapacity("z1", "small");
            }
            launches++;
            alive.add(ref);
        }
        return new ProviderOutcome.Accepted(ref);
    }

    int launches() {
        return launches;
    }

    /** Tasks that succeeded, by tenant. */
    Map<String, Long> done() {
        return cell.database.tasks().values().stream()
                .filter(task -> task.state() == TaskState.SUCCEEDED)
                .collect(Collectors.groupingBy(task -> task.spec().tenant().value(), Collectors.counting()));
    }
}
