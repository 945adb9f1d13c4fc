package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Forecasts one series of counts per slot: experts, mixed by what their quantiles cost, calibrated by what was covered. A
 * step costs time independent of the history, and the state is a few arrays of floats. Not safe for threads: one at a time.
 *
 * <p>Answers for odd input: nothing observed yet gives zeros; a slot at or before the newest is ignored and counted as late;
 * a jump ahead counts as empty slots; NaN and negative counts are zero; counts beyond 10¹² are cut.
 */
public final class SeriesForecaster {

    private static final double INHERITED = 0.3;
    private static final double DRIFT_KEEP = 0.9;
    private static final double DRIFT_HASTE = 3;
    private static final int OVERLAP_FROM = 1000;
    private static final int OVERLAP = 8;

    private final SeriesShape shape;
    private History past;
    private final Mixture mixture;
    private final Calibration calibration;
    private final DriftAlarm alarm = new DriftAlarm();
    private final float[] state;
    private final float[] pending;
    private long late;

    public SeriesForecaster(SeriesShape shape) {
        this.shape = shape;
        past = new History(shape);
        mixture = new Mixture(shape);
        calibration = new Calibration(shape);
        state = new float[shape.expertsSize()];
        pending = new float[shape.pendingSize()];
        for (int j = 0; j < shape.experts().size(); j++) {
            shape.experts().get(j).start(shape, state, shape.expertAt(j));
        }
        Arrays.fill(pending, Float.NaN);
    }

    public SeriesShape shape() {
        return shape;
    }

    /** What is remembered of the series. */
    public History past() {
        return past;
    }

    /** Counts that came for slots already closed. */
    public long late() {
        return late;
    }

    /** Whether forecasts one step ahead have stopped holding: the policy falls back to its robust rule. */
    public boolean drifting() {
        return alarm.rings();
    }

    /** The share of {@code expert} in the upper tail at the {@code h}-th horizon. */
    public double weight(int h, int expert) {
        return mixture.weight(h, expert);
    }

    /** Begins with the experience of a like series (its tenant's or its pool's sum): what transfers is free of scale. */
    void inherit(SeriesForecaster parent) {
        mixture.inherit(parent.mixture, INHERITED);
        calibration.inherit(parent.calibration);
        for (int j = 0; j < shape.experts().size(); j++) {
            shape.experts().get(j).inherit(shape, state, parent.state, shape.expertAt(j));
        }
    }

    /**
     * Closes a slot.
     *
     * @param slot its number, slots since the epoch
     * @param count what came in it
     * @return whether it was taken; false when the slot was closed before
     */
    public boolean observe(long slot, double count, Workspace work) {
        if (past.seen() > 0 && slot <= past.slot()) {
            late++;
            return false;
        }
        if (past.seen() > 0) {
            // Beyond the ring nothing of a gap would be remembered, so no more of it is lived through.
            long from = Math.max(past.slot() + 1, slot - SeriesShape.MAX_RING - 1);
            for (long empty = from; empty < slot; empty++) {
                step(empty, 0, work);
            }
        }
        step(slot, count, work);
        return true;
    }

    private void step(long slot, double count, Workspace work) {
        double cut = Math.max(0, Math.min(Double.isNaN(count) ? 0 : count, History.MAX_COUNT));
        for (int h = 0; h < shape.horizonCount(); h++) {
            judge(h, slot, cut, work);
        }
        past.observe(slot, cut);
        for (int j = 0; j < shape.experts().size(); j++) {
            shape.experts().get(j).observe(past, state, shape.expertAt(j));
        }
        for (int h = 0; h < shape.horizonCount(); h++) {
            int at = shape.pendingAt(h, slot + shape.horizon(h));
            for (int j = 0; j < shape.experts().size(); j++) {
                int ticket = at + shape.ticketAt(j);
                if (!shape.experts().get(j).issue(past, h, state, shape.expertAt(j), pending, ticket)) {
                    pending[ticket] = Float.NaN;
                }
            }
            // Those that hardly count are not asked, unless the others sleep.
            boolean any =
                    blend(h, slot + shape.horizon(h), true, work) || blend(h, slot + shape.horizon(h), false, work);
            for (int k = 0; k < Levels.COUNT; k++) {
                pending[at + shape.blendAt() + k] = any ? (float) work.blend[k] : Float.NaN;
            }
        }
    }

    /** What was issued for {@code slot}, before calibration; false when nobody had anything to say. */
    private boolean issued(int h, long slot, double[] out) {
        int at = shape.pendingAt(h, slot) + shape.blendAt();
        for (int k = 0; k < Levels.COUNT; k++) {
            out[k] = pending[at + k];
        }
        return !Double.isNaN(out[0]);
    }

    private void judge(int h, long slot, double count, Workspace work) {
        if (past.seen() < shape.horizon(h) || !issued(h, slot, work.issued)) {
            return;
        }
        boolean drifts = alarm.rings();
        if (h == 0) {
            calibration.apply(h, work.issued, past.whole(), past.maximum(), work.calibrated);
            alarm.learn(work.calibrated[Levels.LOW], work.calibrated[Levels.HIGH], count);
        }
        // Calibration must judge what was issued; weights may be learned from what the experts would say now.
        calibration.learn(h, work.issued, past.whole(), past.maximum(), count, drifts ? DRIFT_HASTE : 1);
        // Far horizons' errors overlap: once there are many, some of them teach as much as all.
        int stride = past.seen() < OVERLAP_FROM ? 1 : Math.max(1, shape.horizon(h) / OVERLAP);
        if (slot % stride != 0) {
            return;
        }
        if (blend(h, slot, false, work)) {
            mixture.learn(h, work, work.blend, count, drifts ? DRIFT_KEEP : 1);
        }
        int at = shape.pendingAt(h, slot);
        for (int j = 0; j < shape.experts().size(); j++) {
            if (work.awake[j]) {
                shape.experts().get(j).learn(past, h, state, shape.expertAt(j), pending, at + shape.ticketAt(j), count);
            }
        }
    }

    /** Fills the workspace with what the experts say of {@code slot}, and their blend. */
    private boolean blend(int h, long slot, boolean onlyWeighty, Workspace work) {
        int at = shape.pendingAt(h, slot);
        for (int j = 0; j < shape.experts().size(); j++) {
            int ticket = at + shape.ticketAt(j);
            work.awake[j] = !Float.isNaN(pending[ticket]) && !(onlyWeighty && mixture.negligible(h, j));
            if (work.awake[j]) {
                shape.experts()
                        .get(j)
                        .quantiles(shape, h, state, shape.expertAt(j), pending, ticket, work.quantiles[j]);
            }
        }
        return mixture.blend(h, work, work.blend);
    }

    /**
     * The calibrated quantiles at {@link Levels} of the count in the slot {@code shape.horizon(h)} steps after the newest.
     *
     * @param out one number per level, ascending, ≥ 0; zeros when nothing was observed yet
     */
    public void forecast(int h, Workspace work, double[] out) {
        if (past.seen() == 0 || !issued(h, past.slot() + shape.horizon(h), work.issued)) {
            Arrays.fill(out, 0);
            return;
        }
        calibration.apply(h, work.issued, past.whole(), past.maximum(), out);
    }

    /**
     * What one expert alone says, for reports.
     *
     * @return false when it sleeps
     */
    public boolean forecastBy(int expert, int h, double[] out) {
        int ticket = shape.pendingAt(h, past.slot() + shape.horizon(h)) + shape.ticketAt(expert);
        if (past.seen() == 0 || Float.isNaN(pending[ticket])) {
            return false;
        }
        shape.experts().get(expert).quantiles(shape, h, state, shape.expertAt(expert), pending, ticket, out);
        Mixture.ascend(out);
        return true;
    }

    /** Numbers kept, as floats: what the series costs in memory is about four bytes each. */
    public int footprint() {
        return state.length + pending.length + mixture.size() + calibration.size() + past.size();
    }

    /** Writes the whole state; what is read back forecasts the same to the last bit. */
    void write(DataOutput out) throws IOException {
        out.writeLong(late);
        past.write(out);
        mixture.write(out);
        calibration.write(out);
        alarm.write(out);
        Floats.write(out, state);
        Floats.write(out, pending);
    }

    static SeriesForecaster read(SeriesShape shape, DataInput in) throws IOException {
        SeriesForecaster series = new SeriesForecaster(shape);
        series.late = in.readLong();
        series.past = History.read(shape, in);
        series.mixture.read(in);
        series.calibration.read(in);
        series.alarm.read(in);
        Floats.readInto(in, series.state);
        Floats.readInto(in, series.pending);
        return series;
    }
}
