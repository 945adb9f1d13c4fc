package dev.warmfront.forecast;

/**
 * An expert that names one likely count, around which it learns how far off it is: each quantile of its error, in units of
 * its own mean absolute error, follows the pinball loss's gradient (stochastic quantile estimation; Koenker and Bassett 1978
 * for the loss). The error's unit grows with the square root of the forecast, as counts do.
 */
public abstract class LocationExpert implements Expert {

    /** Mean absolute error and mean forecast, per horizon, before its quantiles. */
    private static final int HEAD = 2;

    private static final int PER_HORIZON = HEAD + Levels.COUNT;
    private static final double FLOOR = 0.015;
    private static final double FIRST_RATE = 0.6;
    private static final double SCALE_FLOOR = 0.015;

    private final String name;

    protected LocationExpert(String name) {
        this.name = name;
    }

    /** The likely count of the slot {@code horizon} steps ahead, or NaN when it has nothing to say. */
    protected abstract double locate(History past, int h, float[] state, int at, float[] ticket, int ticketAt);

    /** What a subclass keeps besides. */
    int extraState(SeriesShape shape) {
        return 0;
    }

    int extraTicket() {
        return 0;
    }

    /** Where the subclass's state begins. */
    static int extraAt(SeriesShape shape, int at) {
        return at + shape.horizonCount() * PER_HORIZON;
    }

    /** Learns, beyond its error's distribution, from a count. */
    void learnMore(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {}

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int stateSize(SeriesShape shape) {
        return shape.horizonCount() * PER_HORIZON + extraState(shape);
    }

    @Override
    public final int ticketSize(SeriesShape shape) {
        return 2 + extraTicket();
    }

    @Override
    public void start(SeriesShape shape, float[] state, int at) {
        for (int h = 0; h < shape.horizonCount(); h++) {
            for (int k = 0; k < Levels.COUNT; k++) {
                state[at + h * PER_HORIZON + HEAD + k] = (float) laplace(Levels.at(k));
            }
        }
    }

    @Override
    public void inherit(SeriesShape shape, float[] state, float[] parent, int at) {
        for (int h = 0; h < shape.horizonCount(); h++) {
            System.arraycopy(parent, at + h * PER_HORIZON + HEAD, state, at + h * PER_HORIZON + HEAD, Levels.COUNT);
        }
    }

    /** Quantiles of the Laplace distribution with mean absolute error 1: heavier than normal, as demand is. */
    private static double laplace(double level) {
        return level < 0.5 ? Math.log(2 * level) : -Math.log(2 * (1 - level));
    }

    @Override
    public final boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        double location = locate(past, h, state, at, ticket, ticketAt);
        if (Double.isNaN(location)) {
            return false;
        }
        // The guard of every expert: nobody is believed who forecasts several times what was ever seen.
        double guarded = Math.max(0, Math.min(location, 3 * past.maximum() + 3));
        int own = at + h * PER_HORIZON;
        double usual = state[own + 1];
        double unit = state[own] > 0 ? state[own] : 0.3 * past.unit() + past.change();
        double floor = 0.1 * past.unit();
        double growth = usual > 0 ? Math.sqrt((guarded + floor) / (usual + floor)) : 1;
        ticket[ticketAt] = (float) guarded;
        ticket[ticketAt + 1] = (float) (Math.max(unit, 1e-6) * Math.max(0.1, Math.min(growth, 10)));
        return true;
    }

    @Override
    public final void quantiles(
            SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        int own = at + h * PER_HORIZON + HEAD;
        double location = ticket[ticketAt];
        double unit = ticket[ticketAt + 1];
        for (int k = 0; k < Levels.COUNT; k++) {
            out[k] = Math.max(0, location + unit * state[own + k]);
        }
    }

    @Override
    public final void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {
        int own = at + h * PER_HORIZON;
        double error = count - ticket[ticketAt];
        double relative = error / ticket[ticketAt + 1];
        double judged = Math.max(1, past.seen() - past.shape().horizon(h));
        double rate = Math.max(FLOOR, FIRST_RATE / Math.sqrt(judged));
        for (int k = 0; k < Levels.COUNT; k++) {
            double level = Levels.at(k);
            double quantile = state[own + HEAD + k];
            double pull = relative > quantile ? level : relative < quantile ? level - 1 : 0;
            double step = rate * Math.max(0.5, Math.abs(quantile)) * pull;
            state[own + HEAD + k] = (float) Math.max(-50, Math.min(50, quantile + step));
        }
        double slow = Math.max(SCALE_FLOOR, 1 / judged);
        state[own] += (float) (slow * (Math.abs(error) - state[own]));
        state[own + 1] += (float) (slow * (ticket[ticketAt] - state[own + 1]));
        learnMore(past, h, state, at, ticket, ticketAt, count);
    }
}
