package dev.warmfront.scheduler;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool's instances of one kind. Their number is known; the list itself is made when it is first read, for it is long in a
 * pool of thousands and hardly any policy reads it. Once the policy has planned, the state goes on, and a list that was not
 * read by then can no longer be.
 */
final class LazyInstances extends AbstractList<Instance> {

    private final int size;
    private @Nullable Supplier<List<Instance>> source;
    private List<Instance> read = List.of();

    /** @param source gives {@code size} instances, as long as the state stays what it is */
    LazyInstances(int size, Supplier<List<Instance>> source) {
        this.size = size;
        this.source = source;
    }

    /** The state is about to change. */
    void freeze() {
        source = null;
    }

    @Override
    public Instance get(int place) {
        Supplier<List<Instance>> unread = source;
        if (read.size() < size) {
            if (unread == null) {
                throw new IllegalStateException("a pool's instances are read while it is planned, not later");
            }
            read = List.copyOf(unread.get());
        }
        return read.get(place);
    }

    @Override
    public int size() {
        return size;
    }
}
