package dev.warmfront.scheduler;

import dev.warmfront.cost.TierEconomics;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.StandbyMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds as many instances hot and in standby as pay, level by level, waits included at their price (policy.md §4–§6). It is told of demand by {@link #wanted} and {@link #over}, in the order of time, and decides by that and the view
 * alone: the same history gives the same decisions. Not safe for threads: one cell, one policy.
 */
public final class WarmfrontPolicy implements PoolPolicy {

    /** The name by which settings choose it. */
    public static final String NAME = "warmfront";

    private final Function<Offering, TierEconomics> economics;
    private final WaitAim aim;
    private final Map<PoolId, LevelController> pools = new HashMap<>();

    /**
     * @param economics prices and lead times of what a pool launches
     * @param aim how much waiting is taken
     */
    public WarmfrontPolicy(Function<Offering, TierEconomics> economics, WaitAim aim) {
        this.economics = economics;
        this.aim = aim;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** A task that will fill an instance of the pool has become eligible. */
    public void wanted(PoolId pool, Offering offering, Instant at) {
        controller(pool, offering).change(1, seconds(at));
    }

    /** A task that was {@link #wanted} has ended, or will not run here. */
    public void over(PoolId pool, Offering offering, Instant at) {
        controller(pool, offering).change(-1, seconds(at));
    }

    private LevelController controller(PoolId pool, Offering offering) {
        return pools.computeIfAbsent(pool, id -> new LevelController(LevelPrices.of(economics.apply(offering)), aim));
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        LevelController controller = controller(pool.id(), pool.offering());
        controller.tick(seconds(now));
        int floor = pool.settings().minReady() == 0
                ? 0
                : pool.busy().size() + pool.settings().minReady();
        Candidate followed = controller.followed();
        return new Plan(pool, controller)
                .steps(
                        Math.max(followed.up(), floor),
                        followed.stock(),
                        Math.max(followed.keep(), floor),
                        followed.most());
    }

    /** The steps from what the pool has to what is wanted. */
    private record Plan(PoolView pool, LevelController controller) {

        List<Step> steps(int up, int stock, int keep, int most) {
            List<Step> steps = new ArrayList<>();
            int live = pool.busy().size() + pool.idle().size() + pool.coming().size();
            for (Instance draining : pool.draining()) {
                if (live < up) {
                    steps.add(new Step.CancelDrain(draining.id(), below(live + 1)));
                    live++;
                }
            }
            Iterator<PoolView.Want> wants = pool.wants().iterator();
            Iterator<Instance> standby = pool.standby().iterator();
            int held = pool.standby().size();
            while (live < up || live + held < stock) {
                PoolView.Want want = wants.hasNext() ? wants.next() : null;
                Cause cause = want == null ? null : want.cause();
                live++;
                if (live <= up && standby.hasNext()) {
                    held--;
                    steps.add(new Step.Start(standby.next().id(), cause, want == null, below(live)));
                } else {
                    steps.add(new Step.Launch(
                            want == null ? List.of() : want.environments(), cause, want == null, below(live)));
                }
            }
            if (pool.wants().isEmpty()) {
                release(steps, live, held, keep, most);
            }
            return steps;
        }

        private void release(List<Step> steps, int live, int held, int keep, int most) {
            StandbyMode mode = standbyMode();
            int hot = live;
            int kept = held;
            for (int i = pool.idle().size() - 1; i >= 0 && hot > keep; i--, hot--) {
                Instance idle = pool.idle().get(i);
                if (mode != null && hot - 1 + kept < most) {
                    kept++;
                    steps.add(new Step.Stop(idle.id(), mode, above(hot)));
                } else {
                    steps.add(new Step.Terminate(idle.id(), above(hot)));
                }
            }
            // Those not started are at the end: the least recently used go.
            for (int i = pool.standby().size() - 1;
                    i >= pool.standby().size() - held && hot + kept > most;
                    i--, kept--) {
                steps.add(new Step.Terminate(pool.standby().get(i).id(), above(hot + kept)));
            }
        }

        private @Nullable StandbyMode standbyMode() {
            StandbyMode chosen = pool.settings().standbyMode();
            if (chosen != null) {
                return pool.offering().standbyRates().containsKey(chosen) ? chosen : null;
            }
            return pool.offering().standbyRates().entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse(null);
        }

        private Reason below(int level) {
            return new Reason("level-pays", "level %d pays: %s".formatted(level, controller.why()));
        }

        private Reason above(int level) {
            return new Reason("level-does-not-pay", "level %d does not pay: %s".formatted(level, controller.why()));
        }
    }
}
