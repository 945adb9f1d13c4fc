package dev.warmfront.simulator;

import dev.warmfront.cost.Bound;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A companion of the bound (policy.md §2d), computed rather than simulated: it knows what no policy knows.
 *
 * @param bound what it pays, given a replay and the knob
 * @param late how long, in seconds, the task waits that wakes a machine by a launch, given a replay and the knob
 * @param resumesWait whether the task that wakes a machine from standby waits for it
 */
record Foresight(
        String name,
        String knob,
        List<Double> sweep,
        BiFunction<Replay, Double, Bound> bound,
        BiFunction<Replay, Double, Double> late,
        boolean resumesWait)
        implements Contestant {

    /** OPT-W: sees the next W seconds perfectly and nothing beyond. */
    static Foresight window() {
        return new Foresight(
                "opt-window",
                "seconds foreseen",
                List.of(0.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0),
                (replay, seconds) -> replay.optimumWithin(Duration.ofMillis(Math.round(seconds * 1000))),
                (replay, seconds) -> Math.max(0, replay.options().launch().medianMicros() / 1e6 - seconds),
                false);
    }

    /** OPT-react: knows when each gap ends, yet wakes machines only on arrival. */
    static Foresight reacting() {
        return new Foresight(
                "opt-react",
                "",
                List.of(0.0),
                (replay, none) -> replay.optimumThatReacts(),
                (replay, none) -> replay.options().launch().medianMicros() / 1e6,
                true);
    }

    @Override
    public Scores scored(Replay replay, double value) {
        Bound paid = bound.apply(replay, value);
        double launchWait = late.apply(replay, value);
        double resumeWait = resumesWait ? replay.options().resume().medianMicros() / 1e6 : 0;
        long cold = launchWait > 0 ? paid.launches() : 0;
        long waiting = cold + (resumeWait > 0 ? paid.resumes() : 0);
        Bound best = replay.bound();
        return new Scores(
                knob.isEmpty() ? "" : Replay.plain(value),
                paid.spend().toDollars(),
                paid.overhead().toDollars(),
                Scorekeeper.ratio(paid.overhead(), best.overhead()),
                Scorekeeper.ratio(paid.spend(), best.spend()),
                paid.tasks(),
                share(waiting, paid),
                share(cold, paid),
                new Scores.Waits(
                        wait(0.50, paid, launchWait, resumeWait),
                        wait(0.95, paid, launchWait, resumeWait),
                        wait(0.99, paid, launchWait, resumeWait),
                        wait(1, paid, launchWait, resumeWait)),
                paid.idleHot().toMillis() / 3.6e6,
                paid.standby().toMillis() / 3.6e6,
                paid.launches(),
                paid.resumes(),
                paid.resumes(),
                0,
                new Scores.DecisionMicros(0, 0),
                List.of());
    }

    /** A percentile of waits of which there are only three: none, a resume's and a launch's. */
    private static double wait(double percentile, Bound paid, double launchWait, double resumeWait) {
        // Nearest rank, counted from the longest.
        long above = paid.tasks() - (long) Math.ceil(percentile * paid.tasks());
        double longer = Math.max(launchWait, resumeWait);
        long longest = launchWait >= resumeWait ? paid.launches() : paid.resumes();
        if (above < longest) {
            return longer;
        }
        return above < paid.launches() + paid.resumes() ? Math.min(launchWait, resumeWait) : 0;
    }

    private static double share(long part, Bound paid) {
        return paid.tasks() == 0 ? 0 : (double) part / paid.tasks();
    }
}
