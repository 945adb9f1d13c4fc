package dev.warmfront.scheduler;

import dev.warmfront.cost.TierEconomics;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds as many instances hot and in standby as pay, level by level, waits included at their price (policy.md §4–§6). It is told of demand by the scheduler and decides by that and the view
 * alone: the same history gives the same decisions. Not safe for threads: one cell, one policy.
 */
public final class WarmfrontPolicy implements PoolPolicy, DemandListener {

    /** The name by which settings choose it. */
    public static final String NAME = "warmfront";

    /** Ends of tasks are trusted in with nine in ten: so many standard deviations of as many independent ones. */
    private static final double SURELY = 1.28;

    /** A task leaves machines to others for so many launch times at most: until those are there that are launched for it. */
    private static final double PATIENCE = 2;

    private final Function<Offering, TierEconomics> economics;
    private final Function<Offering, Optional<StandbyMode>> modes;
    private final WaitAim aim;
    private final Foreseen<Watched> foreseen = new Foreseen<>();
    private final Successors<Watched> successors = new Successors<>();
    private final LoadTimes loads = new LoadTimes();
    private final Map<PoolId, Watched> pools = new HashMap<>();

    /** Where each task that is not final counts. */
    private final Map<TaskId, Watched> homes = new HashMap<>();

    /**
     * With the cheapest way of standing by.
     *
     * @param economics prices and lead times of what a pool launches
     * @param aim how much waiting is taken
     */
    public WarmfrontPolicy(Function<Offering, TierEconomics> economics, WaitAim aim) {
        this(economics, WarmfrontPolicy::cheapest, aim);
    }

    /**
     * @param economics prices and lead times of what a pool launches
     * @param modes the way of standing by whose prices and lead times these are, for pools whose settings name none
     * @param aim how much waiting is taken
     */
    public WarmfrontPolicy(
            Function<Offering, TierEconomics> economics, Function<Offering, Optional<StandbyMode>> modes, WaitAim aim) {
        this.economics = economics;
        this.modes = modes;
        this.aim = aim;
    }

    private static Optional<StandbyMode> cheapest(Offering offering) {
        return offering.standbyRates().entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void expected(
            PoolId pool, Offering offering, double share, TaskSpec task, Collection<TaskId> after, Instant at) {
        Watched watched = watched(pool, offering);
        watched.controller.heard(seconds(at));
        foreseen.expected(task, after, watched, share);
    }

    @Override
    public void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at) {
        Watched watched = homes.computeIfAbsent(task.id(), id -> watched(pool, offering));
        foreseen.wanted(task, watched, share);
        if (successors.wanted(task, watched, share, seconds(at))) {
            watched.controller.heard(seconds(at));
        }
        watched.payers.wants(task, share);
        watched.filled.put(task, share);
        watched.shadows.wanted(task, share, seconds(at));
        watched.wanted(task, seconds(at));
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        foreseen.began(task, seconds(at));
        successors.began(task, seconds(at));
        Watched home = homes.get(task.id());
        if (home != null) {
            home.began(task, seconds(at));
        }
    }

    @Override
    public void over(TaskSpec task, Instant at) {
        foreseen.over(task, seconds(at));
        successors.over(task, seconds(at));
        Watched home = homes.remove(task.id());
        if (home != null) {
            home.over(task.id(), seconds(at));
        }
    }

    @Override
    public void learned(TenantId tenant, SortedMap<String, List<Follows>> known) {
        successors.learned(tenant, known);
    }

    @Override
    public void loaded(PastLoad load) {
        loads.told(load);
    }

    private Watched watched(PoolId pool, Offering offering) {
        return pools.computeIfAbsent(
                pool,
                id -> new Watched(
                        id, offering, LevelPrices.of(economics.apply(offering)), aim, foreseen, successors, loads));
    }

    /**
     * Tenants' own pools may be thousands, and must not all choose at the same tick. By the pool's name, so that it is the same when
     * the history is told anew.
     */
    private static int phase(PoolId pool) {
        return pool.domain().equals(IsolationDomain.SHARED)
                ? 0
                : pool.toString().hashCode();
    }

    /** One pool's controller and the demand that it is told of. */
    private static final class Watched {
        private final LevelController controller;
        private final Backlog backlog;
        private final LevelPrices prices;
        private final Payers payers = new Payers();
        private final Filled filled = new Filled();
        private final Shadows shadows;
        private final Foreseen<Watched> foreseen;
        private final WaitControl waits;
        private final Offering offering;
        private final Duration patience;

        /** Null where one tenant has the pool for itself. */
        private final @Nullable SharedDemand shared;

        /** What surges wanted of late, others' usual demand with it. */
        private final SlidingMax surges = new SlidingMax();

        /** Since when tasks could run that have not begun, the oldest first. */
        private final LinkedHashMap<TaskId, Double> eligible = new LinkedHashMap<>();

        /** When those will be in standby that are on their way: the view does not show them, and they are not gone. */
        private final Times stopping = new Times();

        Watched(
                PoolId pool,
                Offering offering,
                LevelPrices prices,
                WaitAim aim,
                Foreseen<Watched> foreseen,
                Successors<Watched> successors,
                LoadTimes loads) {
            this.offering = offering;
            this.foreseen = foreseen;
            this.shadows = new Shadows(prices, loads);
            this.patience = Duration.ofMillis((long) (PATIENCE * prices.launchLead() * 1000));
            this.shared = pool.domain().equals(IsolationDomain.SHARED) ? new SharedDemand(prices.launchLead()) : null;
            this.prices = prices;
            this.waits = new WaitControl(prices, aim);
            this.controller = new LevelController(prices, aim, phase(pool), new LevelController.Known() {
                @Override
                public double most(double time, double until) {
                    // A machine that comes has something to load before it is of use.
                    return foreseen.most(Watched.this, time, until + shadows.lead());
                }

                @Override
                public double following(double time, double until) {
                    return successors.most(Watched.this, time, until);
                }

                @Override
                public boolean knowsFollowing() {
                    return successors.isKnownAt(Watched.this);
                }
            });
            this.backlog = new Backlog(this::change);
        }

        /** What workflows will want of environments. */
        Shadows.Certain certain(double time) {
            double late = controller.untilNextLook();
            return (environment, until) -> foreseen.most(this, environment, time, until + late);
        }

        void wanted(TaskSpec task, double time) {
            eligible.putIfAbsent(task.id(), time);
            backlog.wanted(task.id(), new Calendar.Type(task.tenant(), task.taskType()), time);
        }

        void began(TaskSpec task, double time) {
            Double since = eligible.remove(task.id());
            if (since != null) {
                waits.began(task.tenant(), time - since, time);
            }
            backlog.began(task.id(), time);
        }

        void over(TaskId task, double time) {
            eligible.remove(task);
            backlog.over(task, time);
            filled.remove(task);
            shadows.over(task, time);
        }

        /**
         * Instances that fall free within a launch's time, surely enough to let tasks wait for them. None while somebody has waited
         * for longer than that already: then what was trusted in did not come.
         */
        double freed(double time) {
            Map.Entry<TaskId, Double> oldest = eligible.firstEntry();
            if (oldest != null && time - oldest.getValue() > prices.launchLead()) {
                return 0;
            }
            double mean = controller.track().endsPerSecond() * prices.launchLead();
            return Math.max(0, mean - SURELY * Math.sqrt(mean));
        }

        /** Instances for a surge of one tenant beside what the others usually want; 0 where nobody surges. */
        int surge(double time) {
            if (shared == null) {
                return 0;
            }
            shared.pass(time);
            double wanted = Math.ceil(shared.wanted(time) - 1e-6);
            surges.add(time, wanted);
            surges.forgetBefore(time - prices.launchLead());
            return (int) wanted;
        }

        /** The most of that within the latest launch time. */
        int surged() {
            return (int) surges.max();
        }

        /**
         * What the tenant of a task may count on. Null for a task that is over sooner than a launch is.
         */
        @Nullable Claim claim(TaskSpec task) {
            TenantId tenant = task.tenant();
            Calendar.Type type = new Calendar.Type(tenant, task.taskType());
            return shared == null || !shared.isKnown(tenant) || !lasts(type)
                    ? null
                    : new Claim(offering, shared.usual(tenant), shared.usualOfOthers(tenant), patience);
        }

        /** Whether tasks of the type hold a machine for as long as a launch takes: nobody waits long for one that ends sooner. */
        private boolean lasts(Calendar.Type type) {
            return backlog.expected(type) >= prices.launchLead();
        }

        /** Those on their way to standby are as good as there. */
        int stopping(double time) {
            while (stopping.next() <= time) {
                stopping.take();
            }
            return stopping.size();
        }

        private void change(TaskId task, boolean counts, double time) {
            filled.change(task, counts, new Filled.Listener() {
                @Override
                public void type(Calendar.Type type, double by) {
                    if (shared != null) {
                        shared.change(type.tenant(), by, lasts(type), time);
                    }
                    controller.change(type, by, time);
                }

                @Override
                public void whole(int by) {
                    controller.change(by, time, backlog.runtime());
                    shadows.changed(by, time);
                }
            });
        }
    }

    /** Where what is followed covers so much less of demand than it should that what was learned is not to be trusted (policy.md §5). */
    @Override
    public Map<PoolId, String> conditions() {
        Map<PoolId, String> drifting = new TreeMap<>();
        pools.forEach((pool, watched) -> watched.controller.drifting().ifPresent(why -> drifting.put(pool, why)));
        return drifting;
    }

    @Override
    public @Nullable Claim claim(PoolId pool, TaskSpec task) {
        Watched watched = pools.get(pool);
        return watched == null ? null : watched.claim(task);
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        Watched watched = watched(pool.id(), pool.offering());
        watched.backlog.pass(seconds(now));
        LevelController controller = watched.controller;
        controller.aim(
                watched.waits.aim(pool.objectives(), pool.offering().hotRate().nanosPerHour(), seconds(now)));
        controller.tick(seconds(now));
        // Tasks that wait are served by instances that surely fall free sooner than a launch would take.
        int patient = pool.busy().size()
                + pool.idle().size()
                + pool.coming().size()
                + pool.wants().size()
                - (int) Math.min(1e6, watched.freed(seconds(now)));
        int floor = pool.settings().minReady() == 0
                ? 0
                : pool.busy().size() + pool.settings().minReady();
        int surge = watched.surge(seconds(now));
        int least = Math.max(Math.max(floor, surge), pool.wants().isEmpty() ? 0 : patient);
        return new Plan(pool, watched, standbyMode(pool), seconds(now))
                .steps(
                        Math.max(controller.up(), least),
                        controller.stock(),
                        Math.max(controller.keep(), Math.max(least, watched.surged())),
                        controller.most());
    }

    private @Nullable StandbyMode standbyMode(PoolView pool) {
        StandbyMode chosen = pool.settings().standbyMode();
        if (chosen != null) {
            return pool.offering().standbyRates().containsKey(chosen) ? chosen : null;
        }
        return modes.apply(pool.offering()).orElse(null);
    }

    /** The steps from what the pool has to what is wanted. */
    private static final class Plan {
        private final PoolView pool;
        private final Watched watched;
        private final @Nullable StandbyMode mode;
        private final double time;

        /** Most plans have no step, and so need no words. */
        private @Nullable String why;

        /** What idle machines have loaded; null where no task needs anything but the generic environment. */
        private final Shadows.@Nullable Look look;

        Plan(PoolView pool, Watched watched, @Nullable StandbyMode mode, double time) {
            this.pool = pool;
            this.watched = watched;
            this.mode = mode;
            this.time = time;
            this.look = watched.shadows.isEmpty()
                    ? null
                    : watched.shadows.new Look(pool.idle(), pool.coming(), time, watched.certain(time));
        }

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
            int stopping = watched.stopping(time);
            while (live < up || live + held + stopping < stock) {
                PoolView.Want want = wants.hasNext() ? wants.next() : null;
                Cause cause = want == null ? watched.payers.next() : want.cause();
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
                List<Instance> idle = leastNeededLast();
                int gone = release(steps, idle, live, held, keep, most - stopping);
                if (look != null) {
                    specialise(steps, look, idle.subList(0, idle.size() - gone));
                }
            }
            return steps;
        }

        /** Idle machines, those first that go last: with what will be needed loaded, and of those as good the most recently used. */
        private List<Instance> leastNeededLast() {
            if (look == null) {
                return pool.idle();
            }
            List<Instance> idle = new ArrayList<>(pool.idle());
            order(idle, look);
            return idle;
        }

        private static void order(List<Instance> idle, Shadows.Look look) {
            idle.sort(Comparator.comparingDouble(look::loss).reversed());
        }

        /** Has machines that stay idle load what pays. The least needed ones do: they are wanted last for anything else. */
        private void specialise(List<Step> steps, Shadows.Look shadows, List<Instance> idle) {
            double waitPrice = watched.controller.waitPrice();
            int free = idle.size();
            for (int i = idle.size() - 1; i >= 0; i--) {
                Instance machine = idle.get(i);
                ReadinessScore score = shadows.best(machine, free, waitPrice);
                if (score != null) {
                    free--;
                    shadows.loads(score.environment());
                    steps.add(new Step.Specialise(
                            machine.id(),
                            score.environment(),
                            watched.shadows.cause(score.environment()),
                            score.reason()));
                }
            }
        }

        /** Returns how many idle machines go, from the last. */
        private int release(List<Step> steps, List<Instance> idling, int live, int held, int keep, int most) {
            int hot = live;
            // What is coming is no help to a surge yet.
            int ready = pool.busy().size() + pool.idle().size();
            int kept = held;
            int last = idling.size() - 1;
            for (; last >= 0 && hot > keep && ready > watched.surged(); last--, hot--, ready--) {
                Instance idle = idling.get(last);
                if (look != null) {
                    look.goes(idle);
                    order(idling.subList(0, last), look);
                }
                if (mode != null && hot - 1 + kept < most) {
                    kept++;
                    watched.stopping.add(time + watched.prices.stopLead(), 0);
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
            return idling.size() - 1 - last;
        }

        private String why() {
            String known = why;
            if (known == null) {
                known = watched.controller.why();
                why = known;
            }
            return known;
        }

        private Reason below(int level) {
            return new Reason("level-pays", "level %d pays: %s".formatted(level, why()));
        }

        private Reason above(int level) {
            return new Reason("level-does-not-pay", "level %d does not pay: %s".formatted(level, why()));
        }
    }
}
