package dev.warmfront.forecast;

/**
 * Linear regression of a slot's count on what is known before it (recent counts, their means, the profile of the day and of
 * the week, the same time yesterday and a week ago, the count one own period ago), one per horizon, by recursive least
 * squares with forgetting and a ridge towards persistence (Haykin, Adaptive Filter Theory, on the recursion). On the square
 * root of counts it is steady where their spread grows with them.
 */
final class RegressionExpert extends LocationExpert {

    private static final int FEATURES = 9;
    private static final int TRIANGLE = FEATURES * (FEATURES + 1) / 2;
    private static final int PER_HORIZON = FEATURES + TRIANGLE;
    private static final double FORGETTING = 0.9985;
    private static final double FIRST_VARIANCE = 0.05;
    private static final double VARIANCE_MAX = 10;
    private static final double COEFFICIENT_MAX = 100;
    /** Persistence mixed with the profile, which is what is believed before anything is known. */
    private static final double[] PRIOR = {0, 0.4, 0.05, 0.15, 0.1, 0.2, 0, 0.05, 0.05};

    private final boolean root;

    RegressionExpert(String name, boolean root) {
        super(name);
        this.root = root;
    }

    @Override
    int extraState(SeriesShape shape) {
        return shape.horizonCount() * PER_HORIZON;
    }

    @Override
    int extraTicket() {
        return FEATURES + 1;
    }

    @Override
    public void start(SeriesShape shape, float[] state, int at) {
        super.start(shape, state, at);
        for (int h = 0; h < shape.horizonCount(); h++) {
            begin(state, extraAt(shape, at) + h * PER_HORIZON);
        }
    }

    @Override
    public void inherit(SeriesShape shape, float[] state, float[] parent, int at) {
        super.inherit(shape, state, parent, at);
        for (int h = 0; h < shape.horizonCount(); h++) {
            int own = extraAt(shape, at) + h * PER_HORIZON;
            System.arraycopy(parent, own, state, own, FEATURES);
        }
    }

    private static void begin(float[] state, int own) {
        for (int i = 0; i < FEATURES; i++) {
            state[own + i] = (float) PRIOR[i];
        }
        reset(state, own);
    }

    private static void reset(float[] state, int own) {
        for (int i = 0; i < FEATURES; i++) {
            for (int j = 0; j <= i; j++) {
                state[own + FEATURES + index(i, j)] = (float) (i == j ? FIRST_VARIANCE : 0);
            }
        }
    }

    private static int index(int i, int j) {
        return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
    }

    @Override
    protected double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        if (past.seen() < 2) {
            return Double.NaN;
        }
        int horizon = past.shape().horizon(h);
        int own = extraAt(past.shape(), at) + h * PER_HORIZON;
        int features = ticketAt + 2;
        double unit = lift(past.unit());
        ticket[features] = (float) unit;
        double usual = past.hasProfile() ? past.smoothProfile(horizon) : past.mean();
        int day = past.shape().daySlots() - horizon;
        int week = past.shape().weekSlots() - horizon;
        int period = past.bestLag() == 0 ? 0 : back(past.bestLag(), horizon);
        double[] raw = {
            past.unit(),
            past.lag(0),
            past.lag(1),
            past.recentMean(4),
            past.hourMean(),
            usual,
            past.has(day) ? past.lag(day) : usual,
            past.has(week) ? past.lag(week) : usual * past.weekFactor(horizon),
            past.bestLag() != 0 && past.has(period) ? past.lag(period) : past.level()
        };
        double sum = 0;
        for (int i = 0; i < FEATURES; i++) {
            double value = lift(raw[i]) / unit;
            ticket[features + 1 + i] = (float) value;
            sum += value * state[own + i];
        }
        double location = sum * unit;
        return root ? Math.max(0, location) * Math.max(0, location) : location;
    }

    /** How many slots back the value lies that is whole periods before the slot {@code horizon} ahead. */
    static int back(int period, int horizon) {
        return (horizon + period - 1) / period * period - horizon;
    }

    private double lift(double count) {
        return root ? Math.sqrt(Math.max(0, count)) : count;
    }

    @Override
    void learnMore(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {
        int own = extraAt(past.shape(), at) + h * PER_HORIZON;
        int features = ticketAt + 3;
        double unit = ticket[ticketAt + 2];
        double[] gain = new double[FEATURES];
        double quadratic = 0;
        double predicted = 0;
        for (int i = 0; i < FEATURES; i++) {
            double sum = 0;
            for (int j = 0; j < FEATURES; j++) {
                sum += state[own + FEATURES + index(i, j)] * ticket[features + j];
            }
            gain[i] = sum;
            quadratic += sum * ticket[features + i];
            predicted += state[own + i] * ticket[features + i];
        }
        double error = lift(count) / unit - predicted;
        double scale = ticket[ticketAt + 1] / Math.max(1e-9, past.unit());
        // Huber's clipping: one wild slot must not bend the line.
        double most = 4 * Math.max(0.1, root ? Math.sqrt(scale) : scale);
        double judged = Math.max(-most, Math.min(error, most));
        double divisor = FORGETTING + quadratic;
        boolean sane = Double.isFinite(divisor) && divisor > 0;
        for (int i = 0; i < FEATURES && sane; i++) {
            state[own + i] += (float) (gain[i] / divisor * judged);
            sane = Math.abs(state[own + i]) < COEFFICIENT_MAX;
        }
        if (!sane) {
            begin(state, own);
            return;
        }
        for (int i = 0; i < FEATURES && sane; i++) {
            for (int j = 0; j <= i; j++) {
                int cell = own + FEATURES + index(i, j);
                double next = (state[cell] - gain[i] * gain[j] / divisor) / FORGETTING;
                state[cell] = (float) next;
            }
            double variance = state[own + FEATURES + index(i, i)];
            sane = variance > 0 && variance < VARIANCE_MAX;
        }
        if (!sane) {
            reset(state, own);
        }
    }
}
