package dev.warmfront.event;

import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tells each tenant's listeners of its own tasks, after the commit. */
@ApplicationScoped
public class EventService implements CommitListener {

    /** Events that wait for a slow reader; beyond that its stream ends, and it lists what it has missed. */
    private static final int WAITING = 10_000;

    private final Map<TenantId, BroadcastProcessor<EventView>> streams = new ConcurrentHashMap<>();

    Multi<EventView> of(TenantId tenant) {
        return streams.computeIfAbsent(tenant, id -> BroadcastProcessor.create())
                .onOverflow()
                .buffer(WAITING);
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        released();
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        if (streams.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                BroadcastProcessor<EventView> stream = streams.get(task.spec().tenant());
                if (stream != null) {
                    stream.onNext(view(task, at));
                }
            }
        }
    }

    private static EventView view(Task task, Instant at) {
        return new EventView(
                task.spec().id().value(),
                task.spec().taskType(),
                task.spec().workflow() == null ? null : task.spec().workflow().value(),
                task.state().name(),
                task.attempt(),
                task.startKind() == null ? null : task.startKind().name(),
                at,
                blankAsNull(task.detail()));
    }

    private static @Nullable String blankAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Streams end: what happens meanwhile is told by whoever owns the cell then. */
    @Override
    public void released() {
        List<BroadcastProcessor<EventView>> former = List.copyOf(streams.values());
        streams.clear();
        former.forEach(BroadcastProcessor::onComplete);
    }
}
