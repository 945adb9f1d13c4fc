package dev.warmfront.forecast;

/**
 * Intermittent demand: a slot is empty or holds a number that varies on its own. The chance that it is not empty is either
 * smoothed (Teunter, Syntetos and Babai, Intermittent demand, EJOR 2011: TSB), or read from a histogram of the times between
 * events given how long the last one is ago (after Shahrad et al., Serverless in the Wild, ATC 2020), with renewals in
 * between. The number follows a geometric distribution, or the one number that always came.
 */
final class SparseExpert implements Expert {

    private static final int GAPS = 96;
    private static final int CHANCE = 0;
    private static final int SIZE = 1;
    private static final int SPREAD = 2;
    private static final int HEAD = 3;
    private static final double CHANCE_RATE = 0.03;
    private static final double SIZE_RATE = 0.1;
    private static final double KEEP = 0.97;
    private static final double PRIOR = 1;
    private static final double ZEROS_MIN = 0.2;

    private final String name;
    private final boolean byGaps;

    SparseExpert(String name, boolean byGaps) {
        this.name = name;
        this.byGaps = byGaps;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int stateSize(SeriesShape shape) {
        return HEAD + (byGaps ? GAPS + SeriesShape.MAX_HORIZON + 1 : 0);
    }

    @Override
    public int ticketSize(SeriesShape shape) {
        return 3;
    }

    @Override
    public void observe(History past, float[] state, int at) {
        boolean event = past.sinceEvent() == 0;
        double rate = Math.max(CHANCE_RATE, 1.0 / (past.seen() + 1));
        state[at + CHANCE] += (float) (rate * ((event ? 1 : 0) - state[at + CHANCE]));
        if (!event) {
            return;
        }
        double size = past.lag(0);
        double sizeRate = Math.max(SIZE_RATE, 1.0 / past.events());
        state[at + SPREAD] += (float) (sizeRate * (Math.abs(size - state[at + SIZE]) - state[at + SPREAD]));
        state[at + SIZE] += (float) (sizeRate * (size - state[at + SIZE]));
        long gap = past.lastGap();
        if (byGaps && gap > 0) {
            int bin = (int) Math.min(gap, GAPS) - 1;
            for (int i = 0; i < GAPS; i++) {
                state[at + HEAD + i] = (float) (state[at + HEAD + i] * KEEP + (i == bin ? 1 : 0));
            }
            renew(past.shape(), state, at);
        }
    }

    /** The chance of an event {@code i} slots after an event, whatever happens in between: the renewal density. */
    private void renew(SeriesShape shape, float[] state, int at) {
        double total = total(state, at, 0);
        int renewals = at + HEAD + GAPS;
        int most = shape.horizon(shape.horizonCount() - 1);
        state[renewals] = 1;
        for (int i = 1; i <= most; i++) {
            double sum = 0;
            for (int j = 1; j <= Math.min(i, GAPS); j++) {
                sum += state[at + HEAD + j - 1] / total * state[renewals + i - j];
            }
            state[renewals + i] = (float) Math.min(1, sum);
        }
    }

    private static double total(float[] state, int at, long from) {
        double sum = 1e-9;
        for (int i = (int) Math.min(from, GAPS); i < GAPS; i++) {
            sum += state[at + HEAD + i];
        }
        return sum;
    }

    @Override
    public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        if (past.zeroShare() < ZEROS_MIN || past.events() == 0 || (byGaps && past.events() < 3)) {
            return false;
        }
        double chance = state[at + CHANCE];
        if (byGaps) {
            chance = chanceByGaps(past, past.shape().horizon(h), state, at);
        }
        ticket[ticketAt] = (float) Math.max(0, Math.min(chance, 1));
        ticket[ticketAt + 1] = state[at + SIZE];
        ticket[ticketAt + 2] = state[at + SPREAD];
        return true;
    }

    private double chanceByGaps(History past, int horizon, float[] state, int at) {
        long age = past.sinceEvent();
        double alive = total(state, at, age);
        double prior = state[at + CHANCE];
        double sum = 0;
        int renewals = at + HEAD + GAPS;
        for (int j = 1; j <= horizon; j++) {
            long gap = age + j;
            double mass = gap <= GAPS ? state[at + HEAD + (int) gap - 1] : 0;
            sum += mass * state[renewals + horizon - j];
        }
        return (sum + PRIOR * prior) / (alive + PRIOR);
    }

    @Override
    public void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        double chance = ticket[ticketAt];
        double size = ticket[ticketAt + 1];
        boolean constant = ticket[ticketAt + 2] < 0.05 * size;
        double stop = 1 / Math.max(1.0001, size);
        for (int k = 0; k < Levels.COUNT; k++) {
            double rest = chance <= 0 ? -1 : (Levels.at(k) - (1 - chance)) / chance;
            if (rest <= 0) {
                out[k] = 0;
            } else if (constant) {
                out[k] = size;
            } else {
                out[k] = 1 + Math.floor(Math.log(1 - Math.min(rest, 0.9999)) / Math.log(1 - stop));
            }
        }
    }

    @Override
    public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {}
}
