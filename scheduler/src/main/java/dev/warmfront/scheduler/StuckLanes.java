package dev.warmfront.scheduler;

import java.util.HashMap;
import java.util.Map;

/** Shapes that found no place: a cache, so that they are not tried in vain. Forgetting it changes no decision. */
final class StuckLanes {

    private static final int MOST = 10_000;

    private record Stuck(long gains, long most) {}

    private final Map<Shape, Stuck> stuck = new HashMap<>();

    /**
     * Whether trying the lane is in vain.
     *
     * @param gains of the domain now ({@link InstanceIndex#gains})
     */
    boolean holds(FairQueue.Lane lane, long gains) {
        Stuck found = stuck.get(lane.shape());
        return found != null && found.gains() == gains && lane.size() <= found.most();
    }

    /**
     * Remembers that the shape found no place.
     *
     * @param gains of the domain now
     * @param most up to how many queued tasks of the shape that is so
     */
    void add(Shape shape, long gains, long most) {
        if (stuck.size() > MOST) {
            stuck.clear();
        }
        stuck.put(shape, new Stuck(gains, most));
    }

    void clear() {
        stuck.clear();
    }
}
