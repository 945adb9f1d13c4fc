package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What is remembered of a series and shared by its experts: the last counts, a profile of the day and of the hours of the
 * week, slow and fast levels, and which lag repeats best. Updated once per slot in time independent of the history's length.
 */
public final class History {

    /** Counts above this are cut: they are nobody's demand, and floats stay exact enough below. */
    static final double MAX_COUNT = 1e12;

    private static final int FIRST_RING = 64;
    private static final double SLOW = 0.01;
    private static final double FAST = 0.2;
    private static final double LAG_RATE = 0.02;
    private static final double PROFILE_RATE = 0.2;
    private static final double WEEK_RATE = 0.25;

    private final SeriesShape shape;
    private float[] ring = new float[FIRST_RING];
    private float[] profile = new float[0];
    private final float[] week = new float[168];
    private final float[] lagError = new float[SeriesShape.lagCount()];
    private long slot = -1;
    private long seen;
    private long sinceEvent;
    private long events;
    private long lastGap = -1;
    private double mean;
    private double level;
    private double change;
    private double deviation;
    private double zeroShare = 1;
    private double maximum;
    private boolean whole = true;
    private int bestLag;
    private int profileSeen;
    private double hourMean;

    History(SeriesShape shape) {
        this.shape = shape;
        Arrays.fill(week, 1);
    }

    public SeriesShape shape() {
        return shape;
    }

    /** Slots observed since the series began. */
    public long seen() {
        return seen;
    }

    /** The number of the newest slot: slots since the epoch. */
    public long slot() {
        return slot;
    }

    /** Whether the count of {@code back} slots ago is remembered; 0 is the newest. */
    public boolean has(int back) {
        return back >= 0 && back < seen && back < ring.length;
    }

    /** The count of {@code back} slots ago. Ask {@link #has} first. */
    public double lag(int back) {
        return ring[place(slot - back, ring.length)];
    }

    /** Lengths are powers of two, so that finding a place needs no division. */
    private static int place(long slot, int length) {
        return (int) slot & (length - 1);
    }

    /** The mean of the last {@code slots} counts, or of as many as there are. */
    public double recentMean(int slots) {
        int count = (int) Math.min(Math.min(slots, seen), ring.length);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lag(i);
        }
        return count == 0 ? 0 : sum / count;
    }

    /** The mean of the last hour, or of the last twelve slots where that is longer. */
    public double hourMean() {
        return hourMean;
    }

    /** Mean over about the last hundred slots. */
    public double mean() {
        return mean;
    }

    /** Exponentially smoothed level over about the last five slots. */
    public double level() {
        return level;
    }

    /** Mean absolute change from slot to slot. */
    public double change() {
        return change;
    }

    /** What a typical count is, as a unit to measure in; above 0. */
    public double unit() {
        return Math.max(Math.max(mean, change), 1e-3);
    }

    /** The share of empty slots, in [0, 1]. */
    public double zeroShare() {
        return zeroShare;
    }

    /** The highest count seen, which fades slowly. */
    public double maximum() {
        return maximum;
    }

    /** Whether all counts were whole numbers. */
    public boolean whole() {
        return whole;
    }

    /** Slots since the last that was not empty; 0 when the newest was not. */
    public long sinceEvent() {
        return sinceEvent;
    }

    /** Slots that were not empty. */
    public long events() {
        return events;
    }

    /** Slots since the last event before the newest slot, or -1 when there was none. */
    long lastGap() {
        return lastGap;
    }

    /** The lag at which the series repeats itself best, or 0 while none does better than the last value. */
    public int bestLag() {
        return bestLag;
    }

    /** Whether a day's profile can be told for the slot that is {@code ahead} steps after the newest. */
    public boolean hasProfile() {
        return profileSeen >= shape.profileBins();
    }

    /** The usual count at the time of day of the slot {@code ahead} steps after the newest (or before it, if negative). */
    public double profile(int ahead) {
        return profile.length == 0 ? mean : profile[shape.profileBin(slot + ahead)];
    }

    /** The same, smoothed over five neighbouring bins of the day: a single day's noise weighs less. */
    public double smoothProfile(int ahead) {
        if (profile.length < 24) {
            return profile(ahead);
        }
        int bin = shape.profileBin(slot + ahead);
        double sum = 0;
        for (int near = -2; near <= 2; near++) {
            sum += profile[Math.floorMod(bin + near, profile.length)] * (3 - Math.abs(near));
        }
        return sum / 9;
    }

    /** How much the hour of the week of that slot differs from other days: a factor. */
    public double weekFactor(int ahead) {
        return week[shape.weekHour(slot + ahead)];
    }

    /** Mean of what is left when the profile is taken away, over about the last five slots. */
    public double deviation() {
        return deviation;
    }

    void observe(long newSlot, double value) {
        double count = clean(value);
        boolean first = seen == 0;
        double before = first ? count : lag(0);
        slot = newSlot;
        whole &= count == Math.rint(count);
        double slow = Math.max(SLOW, 1.0 / (seen + 1));
        double fast = Math.max(FAST, 1.0 / (seen + 1));
        learnProfile(count, fast);
        if (!first) {
            change += Math.max(SLOW, 1.0 / seen) * (Math.abs(count - before) - change);
        }
        learnLags(count);
        mean += slow * (count - mean);
        level += fast * (count - level);
        zeroShare += slow * ((count == 0 ? 1 : 0) - zeroShare);
        maximum = Math.max(count, maximum - 0.0005 * (maximum - mean));
        lastGap = -1;
        if (count > 0) {
            lastGap = events > 0 ? sinceEvent + 1 : -1;
            sinceEvent = 0;
            events++;
        } else {
            sinceEvent++;
        }
        push(count);
        seen++;
        hourMean = recentMean(Math.max(12, shape.hourSlots()));
    }

    private static double clean(double value) {
        return Double.isNaN(value) || value < 0 ? 0 : Math.min(value, MAX_COUNT);
    }

    private void push(double count) {
        if (seen >= ring.length && ring.length < SeriesShape.MAX_RING) {
            float[] longer = new float[ring.length * 2];
            for (int back = 1; back <= ring.length; back++) {
                longer[place(slot - back, longer.length)] = ring[place(slot - back, ring.length)];
            }
            ring = longer;
        }
        ring[place(slot, ring.length)] = (float) count;
    }

    private void learnProfile(double count, double fast) {
        if (profile.length == 0) {
            profile = new float[shape.profileBins()];
        }
        int bin = shape.profileBin(slot);
        boolean known = profileSeen >= profile.length;
        boolean opens = seen == 0 || bin != shape.profileBin(slot - 1);
        if (opens && profileSeen < profile.length) {
            profileSeen++;
        }
        double perVisit = Math.max(1, (double) shape.daySlots() / profile.length);
        if (known) {
            int hour = shape.weekHour(slot);
            double usual = profile[bin];
            double unit = unit();
            double ratio = (count + 0.2 * unit) / (usual + 0.2 * unit);
            double perHour = Math.max(1, shape.hourSlots());
            week[hour] += (float) (WEEK_RATE / perHour * (Math.min(4, ratio) - week[hour]));
            deviation += fast * (count - usual - deviation);
            profile[bin] += (float) (PROFILE_RATE / perVisit * (count - usual));
        } else {
            profile[bin] += (float) ((opens ? 1 : 1 / perVisit) * (count - profile[bin]));
        }
    }

    private void learnLags(double count) {
        double best = Double.MAX_VALUE;
        int found = 0;
        for (int i = 0; i < lagError.length; i++) {
            int lag = SeriesShape.lag(i);
            if (lag > seen || lag > ring.length) {
                break;
            }
            // The newest count is not in the ring yet: one slot nearer than it will be.
            double error = Math.abs(count - ring[place(slot - lag, ring.length)]);
            boolean started = seen >= 2L * lag;
            double rate = Math.max(LAG_RATE, 1.0 / (seen - lag + 1));
            lagError[i] += (float) (rate * (error - lagError[i]));
            // A longer period must earn its keep: its multiples fit as well as it does.
            if (started && lagError[i] < 0.97 * best) {
                best = lagError[i];
                found = lag;
            }
        }
        bestLag = found != 0 && best < 0.9 * change ? found : 0;
    }

    int size() {
        return ring.length + profile.length + week.length + lagError.length;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(slot);
        out.writeLong(seen);
        out.writeLong(sinceEvent);
        out.writeLong(events);
        out.writeLong(lastGap);
        for (double number : new double[] {mean, level, change, deviation, zeroShare, maximum, hourMean}) {
            out.writeDouble(number);
        }
        out.writeBoolean(whole);
        out.writeInt(bestLag);
        out.writeInt(profileSeen);
        Floats.write(out, ring);
        Floats.write(out, profile);
        Floats.write(out, week);
        Floats.write(out, lagError);
    }

    static History read(SeriesShape shape, DataInput in) throws IOException {
        History past = new History(shape);
        past.slot = in.readLong();
        past.seen = in.readLong();
        past.sinceEvent = in.readLong();
        past.events = in.readLong();
        past.lastGap = in.readLong();
        past.mean = in.readDouble();
        past.level = in.readDouble();
        past.change = in.readDouble();
        past.deviation = in.readDouble();
        past.zeroShare = in.readDouble();
        past.maximum = in.readDouble();
        past.hourMean = in.readDouble();
        past.whole = in.readBoolean();
        past.bestLag = in.readInt();
        past.profileSeen = in.readInt();
        past.ring = Floats.read(in, SeriesShape.MAX_RING);
        if (Integer.bitCount(past.ring.length) != 1) {
            throw new IOException("damaged: a ring of " + past.ring.length);
        }
        past.profile = Floats.read(in, SeriesShape.MAX_RING);
        Floats.readInto(in, past.week);
        Floats.readInto(in, past.lagError);
        return past;
    }
}
