package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an instance is to placement and planning, by its image alone. */
final class InstanceRole {

    private InstanceRole() {}

    /** What is left of it beside its attempts. */
    static Resources free(Instance instance) {
        Resources free = instance.offering().machineType().capacity();
        List<Allocation> allocations = instance.allocations();
        for (int i = 0; i < allocations.size(); i++) {
            free = free.minus(allocations.get(i).resources());
        }
        return free;
    }

    /** Whether that is anything a task could run on. */
    static boolean isRoom(Resources free) {
        return free.cpuMillis() > 0 && free.memoryBytes() > 0;
    }

    /** Whether it will be hot by itself. */
    static boolean isComing(Instance instance) {
        return switch (instance.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING -> true;
            case HOT, BUSY, DRAINING, STOPPING, STANDBY, LOST, TERMINATED, FAILED -> false;
        };
    }

    /** Whether a deadline may call upon it: on its way somewhere, leaving or lost. */
    static boolean isUnderWay(Instance instance) {
        return switch (instance.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING, STOPPING, DRAINING, LOST -> true;
            case HOT, BUSY, STANDBY, TERMINATED, FAILED -> false;
        };
    }

    /** Whether it takes work. */
    static boolean serves(Instance instance) {
        return instance.state() == InstanceState.HOT || instance.state() == InstanceState.BUSY;
    }

    /** Whether it runs nothing and is kept. */
    static boolean isSpare(Instance instance) {
        return instance.state() == InstanceState.HOT || instance.state() == InstanceState.STANDBY;
    }

    /** Whether it only waits for its end. */
    static boolean isLeaving(Instance instance) {
        return instance.state() == InstanceState.LOST
                || (instance.state() == InstanceState.DRAINING
                        && instance.allocations().isEmpty());
    }

    /** Whether the pool has another number of machines now, on their way, in standby or at all. */
    static boolean changesSupply(@Nullable Instance before, Instance after) {
        return before == null
                || before.state().isFinal() != after.state().isFinal()
                || isComing(before) != isComing(after)
                || (before.state() == InstanceState.STANDBY) != (after.state() == InstanceState.STANDBY);
    }
}
