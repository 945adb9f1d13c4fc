package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * When tasks arrive: one series per tenant and task type, one per tenant and one per pool, each at several resolutions, so
 * that ten seconds ahead are forecast from ten-second counts and a day ahead from hours. Sums are series of their own, since
 * quantiles of sums are not sums of quantiles; a new series begins with the experience of the sum it belongs to.
 *
 * <p>Bounded: beyond {@code seriesMax} the task types' series that have been silent longest make room; sums stay as long as
 * they have members. The caller brings the time; counts of an open slot wait until {@link #advance} closes it. Not safe for
 * threads.
 */
public final class ArrivalModel {

    private static final int MAGIC = 0x57464131;

    private final List<SeriesShape> rungs;
    private final List<Workspace> work = new ArrayList<>();
    private final int seriesMax;
    private final SortedMap<SeriesKey, Ladder> series = new TreeMap<>();
    private long late;

    /**
     * @param rungs one shape per resolution, finest first; each width divides the next
     * @param seriesMax series kept at most, sums included
     */
    public ArrivalModel(List<SeriesShape> rungs, int seriesMax) {
        this.rungs = List.copyOf(rungs);
        this.seriesMax = seriesMax;
        if (rungs.isEmpty() || seriesMax < 3) {
            throw new IllegalArgumentException("needs a resolution, and room for a series and its two sums");
        }
        for (int r = 1; r < rungs.size(); r++) {
            if (rungs.get(r).slotSeconds() % rungs.get(r - 1).slotSeconds() != 0) {
                throw new IllegalArgumentException("each resolution divides the next");
            }
        }
        rungs.forEach(shape -> work.add(new Workspace(shape)));
    }

    /**
     * Ten seconds to two minutes from 10 s counts, to 100 minutes from 5-minute counts, to a day from hours.
     *
     * @param experts the experts for series of a width of slot, in seconds
     */
    public static List<SeriesShape> standardRungs(IntFunction<List<Expert>> experts) {
        return List.of(
                new SeriesShape(10, List.of(1, 3, 6, 12), experts.apply(10)),
                new SeriesShape(300, List.of(1, 3, 6, 12, 20), experts.apply(300)),
                new SeriesShape(3600, List.of(1, 2, 6, 12, 24), experts.apply(3600)));
    }

    /** One key's series at all resolutions, and the counts of its open slots. */
    private static final class Ladder {
        final SeriesForecaster[] rungs;
        final double[] open;
        final long[] openSlot;
        long lastEventSecond;

        Ladder(List<SeriesShape> shapes) {
            rungs = new SeriesForecaster[shapes.size()];
            open = new double[rungs.length];
            openSlot = new long[rungs.length];
            for (int r = 0; r < rungs.length; r++) {
                rungs[r] = new SeriesForecaster(shapes.get(r));
                openSlot[r] = Long.MIN_VALUE;
            }
        }
    }

    /** Takes arrivals: {@code count} tasks of a type at {@code now}. The sums are counted along. */
    public void arrived(SeriesKey key, double count, Instant now) {
        long second = now.getEpochSecond();
        SeriesKey at = key;
        while (true) {
            Ladder ladder = ladder(at, second);
            count(ladder, count, second);
            if (at.isPool()) {
                return;
            }
            at = at.parent();
        }
    }

    private void count(Ladder ladder, double count, long second) {
        ladder.lastEventSecond = Math.max(ladder.lastEventSecond, second);
        for (int r = 0; r < ladder.rungs.length; r++) {
            long slot = Math.floorDiv(second, (long) rungs.get(r).slotSeconds());
            close(ladder, r, slot);
            if (ladder.openSlot[r] == slot) {
                ladder.open[r] = Math.min(ladder.open[r] + Math.max(0, count), History.MAX_COUNT);
            } else {
                late++;
            }
        }
    }

    private void close(Ladder ladder, int r, long slot) {
        if (ladder.openSlot[r] == Long.MIN_VALUE) {
            ladder.openSlot[r] = slot;
        } else if (slot > ladder.openSlot[r]) {
            ladder.rungs[r].observe(ladder.openSlot[r], ladder.open[r], work.get(r));
            if (slot - 1 > ladder.openSlot[r]) {
                ladder.rungs[r].observe(slot - 1, 0, work.get(r));
            }
            ladder.open[r] = 0;
            ladder.openSlot[r] = slot;
        }
    }

    private Ladder ladder(SeriesKey key, long second) {
        Ladder found = series.get(key);
        if (found != null) {
            return found;
        }
        makeRoom(key);
        Ladder made = new Ladder(rungs);
        made.lastEventSecond = second;
        Ladder parent = key.isPool() ? null : series.get(key.parent());
        if (parent != null) {
            for (int r = 0; r < made.rungs.length; r++) {
                made.rungs[r].inherit(parent.rungs[r]);
            }
        }
        series.put(key, made);
        return made;
    }

    private void makeRoom(SeriesKey wanted) {
        while (series.size() >= seriesMax) {
            SeriesKey oldest = null;
            long silent = Long.MAX_VALUE;
            for (var entry : series.entrySet()) {
                boolean sum = entry.getKey().taskType().isEmpty();
                boolean needed =
                        entry.getKey().equals(wanted.parent()) || entry.getKey().isPool();
                // Sums go last: they are what new series learn from.
                long age = entry.getValue().lastEventSecond + (sum ? Long.MAX_VALUE / 2 : 0);
                if (!needed && age < silent) {
                    silent = age;
                    oldest = entry.getKey();
                }
            }
            if (oldest == null) {
                return;
            }
            series.remove(oldest);
        }
    }

    /** Closes the slots that have ended at {@code now}, empty ones too. A clock that steps back changes nothing. */
    public void advance(Instant now) {
        for (Ladder ladder : series.values()) {
            for (int r = 0; r < ladder.rungs.length; r++) {
                close(ladder, r, Math.floorDiv(now.getEpochSecond(), (long)
                        rungs.get(r).slotSeconds()));
            }
        }
    }

    /**
     * The forecast at the resolution and horizon nearest to {@code lead}. A key never seen answers with zeros: what is unknown
     * of one task type is known in its tenant's and pool's sums.
     */
    public QuantileForecast forecast(SeriesKey key, Duration lead) {
        int bestRung = 0;
        int best = 0;
        double nearest = Double.MAX_VALUE;
        for (int r = 0; r < rungs.size(); r++) {
            SeriesShape shape = rungs.get(r);
            for (int h = 0; h < shape.horizonCount(); h++) {
                double seconds = (double) shape.horizon(h) * shape.slotSeconds();
                double far = Math.abs(Math.log(seconds / Math.max(1, lead.toSeconds())));
                if (far < nearest) {
                    nearest = far;
                    bestRung = r;
                    best = h;
                }
            }
        }
        return forecast(key, bestRung, best);
    }

    /** The forecast of one resolution at one of its horizons. */
    public QuantileForecast forecast(SeriesKey key, int rung, int h) {
        SeriesShape shape = rungs.get(rung);
        double[] quantiles = new double[Levels.COUNT];
        Ladder ladder = series.get(key);
        boolean drifting = false;
        if (ladder != null) {
            ladder.rungs[rung].forecast(h, work.get(rung), quantiles);
            drifting = ladder.rungs[rung].drifting();
        }
        Duration slot = Duration.ofSeconds(shape.slotSeconds());
        return new QuantileForecast(slot.multipliedBy(shape.horizon(h)), slot, quantiles, drifting);
    }

    /** One series at one resolution, for reports; null when the key was never seen. */
    public @Nullable SeriesForecaster series(SeriesKey key, int rung) {
        Ladder ladder = series.get(key);
        return ladder == null ? null : ladder.rungs[rung];
    }

    public List<SeriesKey> keys() {
        return List.copyOf(series.keySet());
    }

    /** Arrivals that came for slots already closed, over all resolutions and sums. */
    public long late() {
        return late;
    }

    /** Numbers kept, as floats. */
    public long footprint() {
        long sum = 0;
        for (Ladder ladder : series.values()) {
            for (SeriesForecaster rung : ladder.rungs) {
                sum += rung.footprint();
            }
        }
        return sum;
    }

    /** Writes the whole state, versioned; what is read back goes on the same to the last bit. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(rungs.size());
        for (SeriesShape shape : rungs) {
            out.writeUTF(shape.signature());
            for (TrainedExpert expert : shape.trained()) {
                expert.writeModel(out);
            }
        }
        out.writeLong(late);
        out.writeInt(series.size());
        for (var entry : series.entrySet()) {
            out.writeUTF(entry.getKey().pool());
            out.writeUTF(entry.getKey().tenant());
            out.writeUTF(entry.getKey().taskType());
            Ladder ladder = entry.getValue();
            out.writeLong(ladder.lastEventSecond);
            for (int r = 0; r < rungs.size(); r++) {
                out.writeDouble(ladder.open[r]);
                out.writeLong(ladder.openSlot[r]);
                ladder.rungs[r].write(out);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged, or of other resolutions, horizons or experts: then start anew from history
     */
    public static ArrivalModel read(List<SeriesShape> rungs, int seriesMax, DataInput in) throws IOException {
        ArrivalModel model = new ArrivalModel(rungs, seriesMax);
        if (in.readInt() != MAGIC || in.readInt() != rungs.size()) {
            throw new IOException("not a saved arrival model of this version");
        }
        for (SeriesShape shape : rungs) {
            if (!in.readUTF().equals(shape.signature())) {
                throw new IOException("saved with other resolutions, horizons or experts");
            }
            for (TrainedExpert expert : shape.trained()) {
                expert.readModel(shape, in);
            }
        }
        model.late = in.readLong();
        int count = in.readInt();
        if (count < 0 || count > seriesMax) {
            throw new IOException("damaged: " + count + " series where at most " + seriesMax + " can be");
        }
        for (int i = 0; i < count; i++) {
            SeriesKey key = new SeriesKey(in.readUTF(), in.readUTF(), in.readUTF());
            Ladder ladder = new Ladder(rungs);
            ladder.lastEventSecond = in.readLong();
            for (int r = 0; r < rungs.size(); r++) {
                ladder.open[r] = in.readDouble();
                ladder.openSlot[r] = in.readLong();
                ladder.rungs[r] = SeriesForecaster.read(rungs.get(r), in);
            }
            model.series.put(key, ladder);
        }
        return model;
    }
}
