package dev.warmfront.forecast;

import java.util.Arrays;

/**
 * How many instances' worth of tasks are wanted at a moment, as a distribution over whole numbers. Beyond 4,096 the numbers are
 * counted in larger units, so that its size stays bounded.
 */
public final class DemandDistribution {

    private static final int SUPPORT_MAX = 4096;

    private final double[] mass;
    private final long unit;

    private DemandDistribution(double[] mass, long unit) {
        this.mass = mass;
        this.unit = unit;
    }

    /** Nothing is wanted, for sure. */
    public static DemandDistribution none() {
        return new DemandDistribution(new double[] {1}, 1);
    }

    /**
     * How many of independent tasks are there, each with its chance (Poisson-binomial): exact for up to 1,024 of them, by a normal
     * of the same mean and variance beyond.
     */
    static DemandDistribution ofChances(double[] chances) {
        if (chances.length > 1024) {
            return normal(chances);
        }
        double[] mass = new double[chances.length + 1];
        mass[0] = 1;
        for (int i = 0; i < chances.length; i++) {
            double p = Math.max(0, Math.min(chances[i], 1));
            for (int n = i + 1; n >= 1; n--) {
                mass[n] = mass[n] * (1 - p) + mass[n - 1] * p;
            }
            mass[0] *= 1 - p;
        }
        return new DemandDistribution(mass, 1);
    }

    private static DemandDistribution normal(double[] chances) {
        double mean = 0;
        double variance = 0;
        for (double chance : chances) {
            double p = Math.max(0, Math.min(chance, 1));
            mean += p;
            variance += p * (1 - p);
        }
        double spread = Math.sqrt(Math.max(variance, 1e-9));
        double[] values = new double[256];
        for (int i = 0; i < values.length; i++) {
            values[i] = mean + spread * Normal.inverse((i + 0.5) / values.length);
        }
        return ofValues(values);
    }

    /** Equally likely values, each rounded to its neighbours in proportion; negative ones count as zero. */
    static DemandDistribution ofValues(double[] values) {
        double most = Math.max(0, Arrays.stream(values).max().orElse(0));
        long unit = unit(most + 1);
        double[] mass = new double[(int) (most / unit) + 2];
        for (double value : values) {
            double at = Math.max(0, value) / unit;
            int low = (int) at;
            mass[low] += (1 - (at - low)) / values.length;
            mass[low + 1] += (at - low) / values.length;
        }
        return new DemandDistribution(mass, unit);
    }

    private static long unit(double most) {
        return Math.max(1, (long) Math.ceil(most / SUPPORT_MAX));
    }

    /** The sum of two independent demands. */
    public DemandDistribution plus(DemandDistribution other) {
        double most = (double) (mass.length - 1) * unit + (double) (other.mass.length - 1) * other.unit;
        long sumUnit = Math.max(unit(most), Math.max(unit, other.unit));
        double[] a = coarse(sumUnit);
        double[] b = other.coarse(sumUnit);
        double[] sum = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            if (a[i] > 0) {
                for (int j = 0; j < b.length; j++) {
                    sum[i + j] += a[i] * b[j];
                }
            }
        }
        return new DemandDistribution(sum, sumUnit);
    }

    private double[] coarse(long wanted) {
        if (wanted == unit) {
            return mass;
        }
        double factor = (double) unit / wanted;
        double[] out = new double[(int) ((mass.length - 1) * factor) + 2];
        for (int i = 0; i < mass.length; i++) {
            double at = i * factor;
            int low = (int) at;
            out[low] += mass[i] * (1 - (at - low));
            out[low + 1] += mass[i] * (at - low);
        }
        return out;
    }

    /** The same demand in instances that hold {@code tasksPerInstance} tasks each, rounded up. */
    public DemandDistribution packed(int tasksPerInstance) {
        if (tasksPerInstance < 1) {
            throw new IllegalArgumentException("an instance holds a task at least, not " + tasksPerInstance);
        }
        double[] packed = new double[(mass.length - 1 + tasksPerInstance - 1) / tasksPerInstance + 1];
        for (int i = 0; i < mass.length; i++) {
            packed[(i + tasksPerInstance - 1) / tasksPerInstance] += mass[i];
        }
        return new DemandDistribution(packed, unit);
    }

    /** P(demand ≥ {@code count}): what decides whether level {@code count} of a pool is held (policy.md §4). */
    public double atLeast(long count) {
        double sum = 0;
        for (int i = mass.length - 1; i >= 0 && (long) i * unit >= count; i--) {
            sum += mass[i];
        }
        return Math.min(1, sum);
    }

    /** The smallest demand that is not exceeded with this probability. */
    public long quantile(double probability) {
        double sum = 0;
        for (int i = 0; i < mass.length; i++) {
            sum += mass[i];
            if (sum >= probability - 1e-12) {
                return i * unit;
            }
        }
        return (mass.length - 1) * unit;
    }

    public double mean() {
        double sum = 0;
        for (int i = 0; i < mass.length; i++) {
            sum += mass[i] * i * unit;
        }
        return sum;
    }

    /** Total probability: 1, up to rounding. */
    double total() {
        return Arrays.stream(mass).sum();
    }
}
