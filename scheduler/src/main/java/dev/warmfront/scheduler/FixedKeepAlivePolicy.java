package dev.warmfront.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Launches when tasks wait, keeps what is idle for a fixed time, then puts it into standby for another, and holds an
 * operator's floor of idle instances.
 */
public final class FixedKeepAlivePolicy implements PoolPolicy {

    @Override
    public String name() {
        return "fixed-keep-alive";
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        List<Step> steps = new ArrayList<>(DemandSteps.forWants(pool));
        PoolSettings settings = pool.settings();
        int floor = settings.minReady() - pool.idle().size() - pool.coming().size();
        for (int i = 0; i < floor && pool.wants().isEmpty(); i++) {
            steps.add(new Step.Launch(
                    List.of(),
                    null,
                    true,
                    new Reason("min-ready", "the operator wants %d ready".formatted(settings.minReady()))));
        }
        if (!pool.wants().isEmpty()) {
            return steps;
        }
        // Most recently used first, so what is beyond the floor is what was not used for longest, and before the first
        // that
        // is kept all are kept.
        for (int i = pool.idle().size() - 1; i >= settings.minReady(); i--) {
            Instance idle = pool.idle().get(i);
            Duration unused = Duration.between(idle.lastUsedAt(), now);
            if (unused.compareTo(settings.keepAlive()) < 0) {
                break;
            }
            steps.add(release(pool, idle, unused));
        }
        for (Instance standby : pool.standby()) {
            Duration held = Duration.between(standby.stateSince(), now);
            if (held.compareTo(settings.standbyKeepAlive()) >= 0) {
                steps.add(new Step.Terminate(
                        standby.id(),
                        new Reason(
                                "standby-keep-alive-over",
                                "in standby for %d s, kept for %d s"
                                        .formatted(
                                                held.toSeconds(),
                                                settings.standbyKeepAlive().toSeconds()))));
            }
        }
        return steps;
    }

    private static Step release(PoolView pool, Instance idle, Duration unused) {
        Reason reason = new Reason(
                "keep-alive-over",
                "idle for %d s, kept for %d s"
                        .formatted(
                                unused.toSeconds(), pool.settings().keepAlive().toSeconds()));
        PoolView.StandbyChoice choice = pool.standbyChoice();
        return choice == null ? new Step.Terminate(idle.id(), reason) : new Step.Stop(idle.id(), choice.mode(), reason);
    }
}
