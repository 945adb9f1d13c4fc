package dev.warmfront.forecast;

/**
 * Counts around a level that the mean follows, spread as a negative binomial: Poisson when the dispersion is none, wider as
 * arrivals clump. The level is the profile of the day scaled by how the last slots compare with it. Quantiles are summed
 * exactly for small means and by the gamma approximation of Wilson and Hilferty (1931) for large ones.
 */
final class NegativeBinomialExpert implements Expert {

    private static final double RATE = 0.02;
    private static final double EXACT_MAX = 30;
    private static final int TERMS_MAX = 400;

    private final String name;
    private final boolean seasonal;

    NegativeBinomialExpert(String name, boolean seasonal) {
        this.name = name;
        this.seasonal = seasonal;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int stateSize(SeriesShape shape) {
        return shape.horizonCount();
    }

    @Override
    public int ticketSize(SeriesShape shape) {
        return 1;
    }

    @Override
    public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        if (past.seen() < 3 || (seasonal && !past.hasProfile())) {
            return false;
        }
        int horizon = past.shape().horizon(h);
        double level = seasonal ? past.hourMean() : past.recentMean(8 + horizon);
        if (seasonal) {
            double base = past.smoothProfile(0) + 0.1 * past.unit();
            double ratio = Math.max(0.25, Math.min((level + 0.1 * past.unit()) / base, 4));
            level = past.smoothProfile(horizon) * Math.pow(ratio, 1.0 / (1 + 0.05 * horizon));
        }
        ticket[ticketAt] = (float) Math.max(1e-4, level);
        return true;
    }

    @Override
    public void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        double mean = ticket[ticketAt];
        // Variance = mean + dispersion · mean².
        double dispersion = Math.max(1e-3, state[at + h]);
        if (mean > EXACT_MAX) {
            double shape2 = mean / (1 + dispersion * mean);
            for (int k = 0; k < Levels.COUNT; k++) {
                double cube = 1 - 1 / (9 * shape2) + Normal.atLevel(k) / (3 * Math.sqrt(shape2));
                out[k] = mean * Math.pow(Math.max(0, cube), 3);
            }
            return;
        }
        double size = 1 / dispersion;
        double fail = mean / (mean + size);
        double mass = Math.pow(1 - fail, size);
        double cumulative = mass;
        int count = 0;
        for (int k = 0; k < Levels.COUNT; k++) {
            while (cumulative < Levels.at(k) && count < TERMS_MAX) {
                mass *= fail * (size + count) / (count + 1);
                count++;
                cumulative += mass;
            }
            out[k] = count;
        }
    }

    @Override
    public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {
        double mean = ticket[ticketAt];
        double excess = Math.min(50, ((count - mean) * (count - mean) - mean) / Math.max(0.05, mean * mean));
        double rate = Math.max(RATE, 1.0 / (past.seen() + 1));
        state[at + h] += (float) (rate * (excess - state[at + h]));
    }
}
