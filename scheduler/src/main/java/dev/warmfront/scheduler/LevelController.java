package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs one pool's stack of levels (policy.md §4–§6): tries every setting on the demand that was, and follows the cheapest of
 * those that kept the target. Time is in seconds since the epoch.
 */
final class LevelController {

    /** The weight of the past, as a power of how many tasks have come: what is rare is remembered as long as it may recur. */
    private static final double AGEING = 2;

    /** Caution against chance, in standard deviations of the share that waits. */
    private static final double DEVIATIONS = 0.5;

    /**
     * Part of the target that is aimed at. The record of the cheapest of hundreds of settings flatters it, and the future is not like
     * the past: what just meets the target on the record misses it as often as not.
     */
    private static final double AIM = 0.75;

    /** What waits beyond the target makes a setting worse by the power of the excess: dearly, but not at any price. */
    private static final double STRICT = 2;

    /** No task is expected when none has come for so many times the longest gap of late. */
    private static final double QUIET = 2;

    /** λ of policy.md §5: an instance is held for this part of what getting another costs, at least. */
    private static final double LAMBDA = 0.5;

    /**
     * Settings that count on timers are forgiven the largest burst that they did not foresee, the less the longer they have
     * been at it: a timer's first firing nobody foresees. Seconds.
     */
    private static final double NOVICE = 86_400;

    /** When demand begins to drift, what is known of who waited until then loses all but one in so many of its weight. */
    private static final double DISTRUST = 2;

    /** After a silence so many seconds are gone through step by step, no more. */
    private static final double LONGEST_CATCH_UP = 7 * 86_400;

    /** A type's burst goes so many standard deviations of the pool's ordinary demand beyond what it usually wants; less is what margins are for. */
    private static final double STANDS_OUT = 3;

    /** Time constant of that deviation, in seconds. */
    private static final double SPREAD = 4 * 3600;

    /** Ticks from one choice to the next. Settings' accounts are brought up to date for it, and when the tape is full. */
    private static final int CHOOSE_EVERY = 8;

    /** How seldom a pool is looked at is as it was within so many seconds; what is longer than the second is no habit. */
    private static final double LOOKS_KEPT = 600;

    private static final double LONGEST_LOOK = 30;

    private static final double RESCALE_ABOVE = 1e12;

    /** Levels beyond what is expected; with standby, fewer, for each is tried with several reserves. */
    private static final int[] MARGINS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 19, 22, 27, 32, 38, 45, 54, 64, 90, 128, 180, 256
    };

    private static final int[] HOT_MARGINS = {0, 1, 2, 4, 8, 16, 32, 64};

    private final LevelPrices prices;
    private final DemandView demand;
    private final Known known;

    /** Whether standby is tried. */
    private final boolean wakes;

    private final DemandTrack track;
    private final List<Expectation> expectations = new ArrayList<>();
    private Candidate[] candidates;

    private final Apprentice apprentice;

    /** The number of the first setting that is learned; all that follow are, too. */
    private int learned;

    /** Whether some settings count on what was learned to follow. */
    private boolean follows;

    /** By the number of a setting that does not that of the one which does and is the same otherwise; its own where there is none. */
    private int[] twins = {};

    /** What would be followed if nothing were known to follow. */
    private final Course plain = new Course();

    /** What would be followed with twins; null while there are none. */
    private @Nullable Course counting;

    /** Which of the two is followed. */
    private boolean counts;

    private final Tape tape;
    private final Drift drift;

    /** Tasks that came since the last tick. */
    private int arrivals;

    private double share;
    private double waitWorth;
    private final double step;
    private double unit = 1;
    private double tasks = 1;
    private double first = Double.NaN;
    private double last;
    private double nextTick;

    /** Whether more is known than at the last step. */
    private boolean news;

    private double lastArrival;
    private double longestGap;
    /** Of what is left of demand without bursts, about its slow average. */
    private double variance;

    /** Since when that is known. */
    private double steady;

    private int ticks;
    private int before;
    private double switched = Double.NEGATIVE_INFINITY;
    private boolean settled;

    /** Times from one look at the pool to the next; nothing is done about a decision before the next look. */
    private final SlidingMax looks = new SlidingMax();

    private double looked = Double.NaN;

    /** What is known to come. */
    interface Known {
        /** How many more instances than at {@code time} will be wanted at once before {@code until}. */
        double most(double time, double until);

        /** How many more than at {@code time}, besides those, for what was learned to follow. */
        default double following(double time, double until) {
            return 0;
        }

        /** Whether anything is known to follow tasks of this pool, or to come into it after tasks of another. */
        default boolean knowsFollowing() {
            return false;
        }
    }

    /** @param phase at which of {@link #CHOOSE_EVERY} ticks it chooses, so that not all pools do at the same one; any number */
    LevelController(LevelPrices prices, WaitAim aim, int phase, Known known) {
        this.ticks = Math.floorMod(phase, CHOOSE_EVERY);
        this.prices = prices;
        this.drift = new Drift(aim.waiting());
        aim(aim);
        this.demand = new DemandView(prices.launchLead());
        this.known = known;
        this.track = demand.all();
        this.step = Math.clamp(Math.floor(prices.launchLead() / 20), 1, 30);
        this.wakes = prices.standbyPays() && isWorthTrying(prices);
        List<Candidate> all = new ArrayList<>();
        for (Outlook outlook : Outlook.all(wakes ? Math.min(prices.trip(), prices.launch()) : prices.launch())) {
            int far = expectations.size();
            expectations.add(new Expectation(outlook, prices.launchLead(), LAMBDA * prices.launch()));
            for (int margin : MARGINS) {
                all.add(new Candidate(expectations, far, far, margin, -1, prices));
            }
            if (wakes) {
                int near = expectations.size();
                expectations.add(new Expectation(outlook, prices.wakeLead(), LAMBDA * prices.trip()));
                for (int margin : HOT_MARGINS) {
                    for (int reserve : new int[] {margin, 2 * margin + 4, 8 * margin + 16}) {
                        all.add(new Candidate(expectations, near, far, margin, reserve, prices));
                    }
                }
            }
        }
        this.apprentice = new Apprentice(prices, phase);
        this.learned = all.size();
        for (int pupil = 0; pupil < Apprentice.PRICES.length; pupil++) {
            int number = expectations.size();
            expectations.add(new Expectation(
                    Outlook.learned(pupil), prices.launchLead(), LAMBDA * prices.launch(), apprentice::target));
            all.add(new Candidate(expectations, number, number, 0, -1, prices));
        }
        this.candidates = all.toArray(Candidate[]::new);
        this.tape = new Tape(expectations.size(), CHOOSE_EVERY);
    }

    /** Trying costs as much again as all the rest: only where a trip is much cheaper than a launch, or waking much quicker. */
    private static boolean isWorthTrying(LevelPrices prices) {
        return prices.trip() < prices.launch() / 2 || prices.wakeLead() < prices.launchLead() / 4;
    }

    /** From now on settings are judged by another aim; nothing that is remembered of them depends on it. */
    final void aim(WaitAim aim) {
        share = AIM * aim.waiting();
        drift.aim(aim.waiting());
        waitWorth = aim.instanceSeconds().orElse(0);
    }

    /** One more task wants an instance, or one fewer does. */
    void change(int by, double time, double runtime) {
        pass(time);
        track.change(by, time);
        demand.follow(time);
        if (by > 0) {
            age();
            courses().forEach(course -> course.credit().arrived());
            arrivals++;
            apprentice.came(runtime);
            longestGap = Math.max(longestGap, time - lastArrival);
            lastArrival = time;
        }
        if (tape.isFull()) {
            catchUp();
        }
        tape.change(by, time, runtime, unit);
    }

    /** All settings go through what has happened since they last did. */
    private void catchUp() {
        tape.close();
        for (Candidate candidate : candidates) {
            candidate.hearOut(tape);
        }
        tape.clear();
    }

    /** Tasks of a type want so many instances more, or fewer; told before the change of the whole. */
    void change(Calendar.Type type, double by, double time) {
        pass(time);
        demand.calendar().change(type, by, time, settled ? STANDS_OUT * Math.sqrt(variance) : Double.POSITIVE_INFINITY);
    }

    private void pass(double time) {
        if (Double.isNaN(first)) {
            first = time;
            last = time;
            nextTick = time;
            steady = time;
            lastArrival = time;
        }
        // What was expected days ago is in no account any more.
        nextTick = Math.max(nextTick, time - LONGEST_CATCH_UP);
        while (nextTick < time) {
            decide(nextTick);
        }
    }

    /** Decides anew, if a step has passed since it last did. */
    void tick(double time) {
        if (!Double.isNaN(looked)) {
            looks.add(time, Math.min(Math.min(LONGEST_LOOK, prices.launchLead()), time - looked));
            looks.forgetBefore(time - LOOKS_KEPT);
        }
        looked = time;
        pass(time);
        if (time >= nextTick) {
            decide(time);
        } else if (news) {
            see(time);
        }
    }

    /** Something became known that may want instances before the next step: the next look sees it. */
    void heard(double time) {
        pass(time);
        news = true;
    }

    private void decide(double time) {
        // Ticks that come a little early are no reason to miss every other one.
        nextTick = time + step * 0.99;
        see(time);
        if (ticks++ % CHOOSE_EVERY == 0) {
            catchUp();
            choose();
        }
    }

    /** What is expected by now, and what settings make of it. */
    private void see(double time) {
        news = false;
        if (tape.isFull()) {
            catchUp();
        }
        if (!follows && known.knowsFollowing()) {
            follow();
        }
        double elapsed = time - last;
        last = time;
        demand.tick(time);
        double off = demand.rest().level() - demand.rest().mean(Outlook.SLOW);
        variance += Math.max(1 - Math.exp(-step / SPREAD), step / (step + time - steady)) * (off * off - variance);
        Expectation.Ahead far = ahead(time, prices.launchLead());
        Expectation.Ahead near = wakes ? ahead(time, prices.wakeLead()) : far;
        if (settled) {
            apprentice.tick(time, track);
        }
        for (Expectation expectation : expectations) {
            expectation.tick(time, step, demand, expectation.lead() == prices.launchLead() ? far : near, settled);
        }
        int least = (int) Math.max(0, track.level() - track.endsPerSecond() * prices.launchLead());
        boolean quiet = quiet(time);
        if (!settled && time - first > 2 * prices.launchLead()) {
            settled = true;
            demand.forget(time);
            variance = 0;
            steady = time;
            tape.begin();
            arrivals = 0;
            courses().forEach(Course::begin);
        }
        tape.tick(time, unit, least, quiet, expectations);
        // What is followed, and was before, says what is held now: those two are up to date at every tick.
        followed().hear(tape);
        former().hear(tape);
        for (Course course : courses()) {
            Candidate setting = candidates[course.chosen()];
            setting.hear(tape);
            course.passed(setting.paid(), unit * elapsed);
        }
        if (settled) {
            watch(time);
        }
    }

    /** Where what was foreseen covers demand no more, who waited long ago tells less of who will. */
    private void watch(double time) {
        boolean was = drift.isOn();
        for (Course course : courses()) {
            long late = course.came(arrivals, candidates[course.chosen()], unit);
            if (course == course()) {
                drift.saw(time, arrivals, late);
            }
        }
        arrivals = 0;
        if (drift.isOn() && !was) {
            catchUp();
            for (Candidate candidate : candidates) {
                candidate.waits().scale(1 / DISTRUST);
            }
        }
    }

    private Expectation.Ahead ahead(double time, double lead) {
        double until = time + lead + step;
        double late = time + lead + untilNextLook();
        return new Expectation.Ahead(
                known.most(time, late),
                follows ? known.following(time, late) : 0,
                demand.calendar().most(time, until, Outlook.LIKELY));
    }

    /**
     * The pool may be looked at just before the next decision, and then not for a while: what is sure to come by the end of
     * that must be prepared for by this one. In seconds.
     */
    double untilNextLook() {
        return step + looks.max();
    }

    private boolean quiet(double time) {
        return time - lastArrival > QUIET * Math.max(longestGap, 10 * prices.launchLead());
    }

    /** What is rare is remembered as long as it may recur: by tasks, not by time, for silence tells nothing new. */
    private void age() {
        tasks++;
        unit *= Math.pow(tasks / (tasks - 1), AGEING);
        longestGap *= 1 - 1 / tasks;
        if (unit > RESCALE_ABOVE) {
            catchUp();
            for (Candidate candidate : candidates) {
                candidate.rescale(1 / unit);
            }
            courses().forEach(course -> course.rescale(1 / unit));
            unit = 1;
        }
    }

    /**
     * From now on some settings count on what was learned to follow, beside those that do not. Until now there was nothing of that: both
     * would have done the same, and have the same on their accounts. What is followed is tried with it: a tenant whose tasks follow
     * nothing that was learned is led back by those accounts.
     */
    private void follow() {
        follows = true;
        catchUp();
        int known = expectations.size();
        int[] expecting = new int[known];
        for (int i = 0; i < known; i++) {
            if (!expectations.get(i).outlook().isLearned()) {
                expecting[i] = expectations.size();
                expectations.add(new Expectation(expectations.get(i)));
            }
        }
        tape.widen(expectations.size());
        List<Candidate> all = new ArrayList<>(Arrays.asList(candidates).subList(0, learned));
        twins = new int[learned];
        for (int i = 0; i < learned; i++) {
            twins[i] = i;
            Candidate candidate = candidates[i];
            if (i == plain.chosen() || isCoarse(candidate)) {
                twins[i] = all.size();
                all.add(new Candidate(
                        candidate,
                        expectations,
                        expecting[candidate.hotExpectation()],
                        expecting[candidate.allExpectation()]));
            }
        }
        int more = all.size() - learned;
        all.addAll(Arrays.asList(candidates).subList(learned, candidates.length));
        candidates = all.toArray(Candidate[]::new);
        before += before >= learned ? more : 0;
        plain.shift(learned, more);
        learned += more;
        counting = besides();
        counts = true;
    }

    /** With twins from what is followed without them. */
    private Course besides() {
        int chosen = plain.chosen();
        int twin = chosen < twins.length ? twins[chosen] : chosen;
        return new Course(plain, twin, candidates[twin]);
    }

    /** Of a setting and its twin that, unless it was seen to mislead. */
    private int twin(int choice, double[] worse) {
        return choice < twins.length && worse[twins[choice]] <= worse[choice] ? twins[choice] : choice;
    }

    private boolean isTwin(int setting) {
        return follows && setting >= twins.length && setting < learned;
    }

    private List<Course> courses() {
        return counting == null ? List.of(plain) : List.of(plain, counting);
    }

    private Course course() {
        return counting != null && counts ? counting : plain;
    }

    /** Few margins are enough where more is foreseen: margins are for what is not. */
    private static boolean isCoarse(Candidate candidate) {
        return candidate.reserve() <= candidate.margin()
                && Arrays.stream(HOT_MARGINS).anyMatch(margin -> margin == candidate.margin());
    }

    private void choose() {
        int chosen = course().chosen();
        go(plain, choice(plain, false));
        if (counting != null) {
            go(counting, choice(counting, true));
            counts = counts ? !plain.beats(counting, share) : counting.beats(plain, share);
            if (!counts && score(candidates[plain.chosen()]) < score(candidates[counting.chosen()])) {
                // By what they let wait settings that spend less may have lost the credit for others that would not.
                counting.join(plain);
            }
        }
        if (course().chosen() != chosen) {
            before = chosen;
            switched = last;
        }
    }

    private void go(Course course, int choice) {
        course.follow(choice, candidates[choice]);
    }

    /**
     * Where a course leads from here.
     *
     * @param all whether twins are asked, too
     */
    private int choice(Course course, boolean all) {
        int chosen = course.chosen();
        double limit = course.credit().limit(drift.isOn());
        double[] worse = measure(all, this::score);
        if (candidates[Choice.best(worse, worse.length, chosen)].paid() > limit) {
            // What the target asks for is out of reach: then as few wait as the credit buys. The least bad by score may
            // be a cheap one that lets many wait, and who follows it earns no credit and never gets out.
            worse = measure(all, candidate -> candidate.paid() > limit ? Double.MAX_VALUE : waiting(candidate));
        }
        boolean mustMove = candidates[chosen].paid() > limit
                && candidates[Choice.best(worse, worse.length, chosen)].paid() <= limit;
        int choice = Choice.of(worse, learned, chosen, mustMove);
        return all ? twin(choice, worse) : choice;
    }

    /** Some measure of each setting; who was taught nothing is none, and who is not asked is worst. */
    private double[] measure(boolean all, ToDoubleFunction<Candidate> of) {
        double[] measured = new double[apprentice.isTaught() ? candidates.length : learned];
        for (int i = 0; i < measured.length; i++) {
            measured[i] = all || !isTwin(i) ? of.applyAsDouble(candidates[i]) : Double.MAX_VALUE;
        }
        return measured;
    }

    private double score(Candidate candidate) {
        return loss(candidate) * Math.pow(Math.max(1, waiting(candidate) / share), STRICT);
    }

    private double loss(Candidate candidate) {
        return candidate.paid() + waitWorth * candidate.waits().waits();
    }

    private double waiting(Candidate candidate) {
        boolean bursts = candidate.expectation().outlook().countsOnTimers();
        return candidate.waits().share(DEVIATIONS, bursts ? novice() : 0, unit);
    }

    /** How much of the largest burst is forgiven. */
    private double novice() {
        return Math.exp(-(last - first) / NOVICE);
    }

    /**
     * What one wait less is worth here, in seconds of a hot machine: the price that tenants state, and where they state a share, what the
     * last level that is held for it has cost per wait that it spared (its dual price, policy.md §1); a launch where that is not known.
     */
    double waitPrice() {
        if (waitWorth > 0) {
            return waitWorth;
        }
        Candidate followed = followed();
        Candidate lower = candidates[Math.max(0, course().chosen() - 1)];
        boolean isLower = lower.margin() < followed.margin()
                && lower.hotExpectation() == followed.hotExpectation()
                && lower.reserve() < 0
                && followed.reserve() < 0;
        double spared = lower.waits().waits() - followed.waits().waits();
        double paid = followed.paid() - lower.paid();
        return isLower && spared > 0 && paid > 0 ? paid / spared : prices.launch();
    }

    /** Demand as it was. */
    DemandTrack track() {
        return track;
    }

    /** The figures behind the last decision. */
    String why() {
        Candidate followed = followed();
        return String.format(
                Locale.ROOT,
                "%d wanted now, %.1f expected in %.0f s (%s) and %d beyond, %d in reserve; so %.2f %% waited, where %.2g %% may; a wait less"
                        + " is worth %.0f s of a machine%s",
                track.level(),
                followed.expectation().soon(),
                followed.expectation().lead(),
                followed.expectation().outlook().label(),
                followed.margin(),
                Math.max(0, followed.reserve()),
                100 * followed.waits().share(),
                100 * share / AIM,
                waitPrice(),
                drift.isOn() ? "; " + drift.why() : "");
    }

    /** That demand drifts and since when; empty while what is foreseen covers it. */
    Optional<String> drifting() {
        return drift.isOn() ? Optional.of(drift.why()) : Optional.empty();
    }

    /** For a launch's time both old and new: what the new one counts on is not there before. */
    private Candidate former() {
        return last - switched <= prices.launchLead() ? candidates[before] : followed();
    }

    /** Fewer than so many levels are hot or on their way: launch. */
    int up() {
        return Math.max(followed().up(), former().up());
    }

    /** Fewer than so many levels exist, standby included: launch. */
    int stock() {
        return Math.max(followed().stock(), former().stock());
    }

    /** More than so many: let idle ones go. */
    int keep() {
        return Math.max(followed().keep(), former().keep());
    }

    /** At most so many levels exist, standby included. */
    int most() {
        return Math.max(followed().most(), former().most());
    }

    /** The setting that is followed. */
    Candidate followed() {
        return candidates[course().chosen()];
    }
}
