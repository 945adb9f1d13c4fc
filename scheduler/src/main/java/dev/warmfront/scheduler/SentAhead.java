package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task will read, fetched to where it will probably run before it is eligible.
 *
 * @param task that waits for others still
 */
public record SentAhead(InstanceId instance, TenantId tenant, TaskId task, List<Item> items) {

    /**
     * One file.
     *
     * @param url where it is; null: with another agent
     */
    public record Item(Blob blob, @Nullable String url) {}

    public SentAhead {
        items = List.copyOf(items);
    }
}
