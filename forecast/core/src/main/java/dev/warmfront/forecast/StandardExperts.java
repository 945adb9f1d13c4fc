package dev.warmfront.forecast;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The experts that every series has. Others join through {@link ExpertProvider}. */
public final class StandardExperts {

    private StandardExperts() {}

    /** The experts in their fixed order. */
    public static List<Expert> all() {
        return List.of(
                new Naive(),
                new Smoothed("smoothed-fast", 0.35),
                new Smoothed("smoothed", 0.12),
                new Smoothed("smoothed-slow", 0.03),
                new Holt(),
                new SeasonalNaive("yesterday", false),
                new SeasonalNaive("last-week", true),
                new Profile("profile", false),
                new Profile("profile-level", true),
                new WeekProfile(),
                new OwnPeriod(),
                new RegressionExpert("regression", false),
                new RegressionExpert("regression-root", true),
                new NegativeBinomialExpert("negative-binomial", false),
                new NegativeBinomialExpert("negative-binomial-day", true),
                new SparseExpert("tsb", false),
                new SparseExpert("idle-time", true),
                new ContextExpert("empirical", 1, 0.985, false, (past, horizon) -> 0),
                new ContextExpert(
                        "after-value",
                        ContextExpert.COARSE,
                        0.99,
                        true,
                        (past, horizon) -> ContextExpert.coarse(past.lag(0))),
                new ContextExpert("hour", 24, 0.97, false, StandardExperts::hour),
                new ContextExpert("period-value", ContextExpert.COARSE, 0.99, true, StandardExperts::periodValue),
                new LevelExpert("after-level", false),
                new LevelExpert("after-change", true));
    }

    /**
     * The same, and after them those of other modules that were chosen.
     *
     * @param found what is on the class path: a {@code ServiceLoader}, which the caller brings
     * @param chosen names of providers; each once, in the order in which their experts follow
     * @throws IllegalArgumentException when one is not there, saying which are
     */
    public static List<Expert> with(Iterable<ExpertProvider> found, Collection<String> chosen, int slotSeconds) {
        SortedMap<String, ExpertProvider> providers = new TreeMap<>();
        found.forEach(provider -> providers.put(provider.name(), provider));
        List<Expert> experts = new ArrayList<>(all());
        for (String name : new LinkedHashSet<>(chosen)) {
            ExpertProvider provider = providers.get(name);
            if (provider == null) {
                throw new IllegalArgumentException("there are no experts named " + name + " on the class path; "
                        + (providers.isEmpty() ? "there are none" : "there are " + providers.keySet()));
            }
            experts.addAll(provider.experts(slotSeconds));
        }
        return List.copyOf(experts);
    }

    private static int hour(History past, int horizon) {
        return past.seen() < past.shape().daySlots() ? -1 : past.shape().weekHour(past.slot() + horizon) % 24;
    }

    private static int periodValue(History past, int horizon) {
        if (past.bestLag() == 0) {
            return -1;
        }
        int back = RegressionExpert.back(past.bestLag(), horizon);
        return past.has(back) ? ContextExpert.coarse(past.lag(back)) : -1;
    }

    /** What is now stays. */
    private static final class Naive extends LocationExpert {
        Naive() {
            super("naive");
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            return past.seen() == 0 ? Double.NaN : past.lag(0);
        }
    }

    /** Simple exponential smoothing (Brown 1959). */
    private static final class Smoothed extends LocationExpert {
        private final double rate;

        Smoothed(String name, double rate) {
            super(name);
            this.rate = rate;
        }

        @Override
        int extraState(SeriesShape shape) {
            return 1;
        }

        @Override
        public void observe(History past, float[] state, int at) {
            int own = extraAt(past.shape(), at);
            state[own] += (float) (Math.max(rate, 1.0 / past.seen()) * (past.lag(0) - state[own]));
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            return past.seen() == 0 ? Double.NaN : state[extraAt(past.shape(), at)];
        }
    }

    /** Level and damped trend (Gardner and McKenzie 1985). */
    private static final class Holt extends LocationExpert {
        private static final double LEVEL = 0.4;
        private static final double TREND = 0.08;
        private static final double DAMPING = 0.9;

        Holt() {
            super("holt-damped");
        }

        @Override
        int extraState(SeriesShape shape) {
            return 2;
        }

        @Override
        public void observe(History past, float[] state, int at) {
            int own = extraAt(past.shape(), at);
            double expected = past.seen() == 1 ? past.lag(0) : state[own] + DAMPING * state[own + 1];
            double level = expected + LEVEL * (past.lag(0) - expected);
            double trend = past.seen() == 1 ? 0 : level - state[own];
            state[own + 1] = (float) (DAMPING * state[own + 1] + TREND * (trend - DAMPING * state[own + 1]));
            state[own] = (float) level;
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            int own = extraAt(past.shape(), at);
            double steps = DAMPING * (1 - Math.pow(DAMPING, past.shape().horizon(h))) / (1 - DAMPING);
            return past.seen() < 3 ? Double.NaN : state[own] + steps * state[own + 1];
        }
    }

    /** The same time a day or a week ago. */
    private static final class SeasonalNaive extends LocationExpert {
        private final boolean weekly;

        SeasonalNaive(String name, boolean weekly) {
            super(name);
            this.weekly = weekly;
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            int period = weekly ? past.shape().weekSlots() : past.shape().daySlots();
            int back = RegressionExpert.back(period, past.shape().horizon(h));
            return past.has(back) ? past.lag(back) : Double.NaN;
        }
    }

    /** The usual count of the time of day, alone or moved by how the last slots differ from theirs. */
    private static final class Profile extends LocationExpert {
        private static final double KEEPS = 0.96;
        private final boolean level;

        Profile(String name, boolean level) {
            super(name);
            this.level = level;
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            if (!past.hasProfile()) {
                return Double.NaN;
            }
            int horizon = past.shape().horizon(h);
            double usual = past.smoothProfile(horizon);
            return level ? usual + Math.pow(KEEPS, horizon) * past.deviation() : usual;
        }
    }

    /** The usual count of the time of day times what is usual for the hour of the week. */
    private static final class WeekProfile extends LocationExpert {
        WeekProfile() {
            super("profile-week");
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            int horizon = past.shape().horizon(h);
            return past.seen() < 3L * past.shape().daySlots()
                    ? Double.NaN
                    : past.smoothProfile(horizon) * past.weekFactor(horizon);
        }
    }

    /** What came one of the series' own periods ago, whichever lag that is. */
    private static final class OwnPeriod extends LocationExpert {
        OwnPeriod() {
            super("own-period");
        }

        @Override
        protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            if (past.bestLag() == 0) {
                return Double.NaN;
            }
            int back = RegressionExpert.back(past.bestLag(), past.shape().horizon(h));
            return past.has(back) ? past.lag(back) : Double.NaN;
        }
    }
}
