package dev.warmfront.learning;

import dev.warmfront.forecast.ArrivalModel;
import dev.warmfront.forecast.Pinball;
import dev.warmfront.forecast.QuantileForecast;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesKey;
import dev.warmfront.forecast.SeriesShape;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well arrivals were forecast one slot ahead, for the tenants' sums and the cell's: what was said before, against what
 * came. Fades, so that it tells of the recent past. Not safe for threads.
 */
final class Accuracy {

    /** The probabilities whose coverage is kept. */
    static final double[] LEVELS = {0.5, 0.9, 0.95, 0.99};

    private static final double KEEP = 0.998;

    private final List<SeriesShape> rungs;
    private final Map<SeriesKey, Track[]> tracks = new HashMap<>();
    private final long[] slots;

    Accuracy(List<SeriesShape> rungs) {
        this.rungs = rungs;
        this.slots = new long[rungs.size()];
    }

    /** One series at one resolution. */
    private static final class Track {
        final double[] covered = new double[LEVELS.length];
        double weight;
        double loss;
        double naive;
        double before = Double.NaN;
        long awaited = Long.MIN_VALUE;
        double @Nullable [] said;
    }

    /**
     * How well one series is forecast at one resolution.
     *
     * @param slotSeconds width of its slots
     * @param slots judged, old ones counting less
     * @param coverage share of slots at or below the quantile of each of {@link #LEVELS}
     * @param scaledLoss pinball loss over those levels, divided by the mean step from slot to slot; NaN where nothing moves
     */
    record Figure(SeriesKey series, int slotSeconds, double slots, List<Double> coverage, double scaledLoss) {}

    /** Closes the slots that have ended, judges what was said of them, and keeps what is said of the next. */
    void advance(ArrivalModel arrivals, Instant now) {
        boolean due = false;
        for (int r = 0; r < slots.length; r++) {
            due |= slots[r] != slot(now, r);
        }
        if (!due) {
            return;
        }
        arrivals.advance(now);
        for (int r = 0; r < slots.length; r++) {
            if (slots[r] != slot(now, r)) {
                slots[r] = slot(now, r);
                judge(arrivals, r);
            }
        }
    }

    private long slot(Instant now, int r) {
        return Math.floorDiv(now.getEpochSecond(), (long) rungs.get(r).slotSeconds());
    }

    private void judge(ArrivalModel arrivals, int r) {
        for (SeriesKey key : arrivals.keys()) {
            SeriesForecaster series = key.taskType().isEmpty() ? arrivals.series(key, r) : null;
            if (series == null || series.past().seen() == 0) {
                continue;
            }
            Track track = tracks.computeIfAbsent(key, unused -> empty())[r];
            double[] said = track.said;
            double count = series.past().lag(0);
            if (said != null && track.awaited == series.past().slot()) {
                learn(track, said, count);
            }
            track.before = count;
            track.awaited = series.past().slot() + 1;
            QuantileForecast next = arrivals.forecast(key, r, 0);
            double[] quantiles = new double[LEVELS.length];
            for (int k = 0; k < LEVELS.length; k++) {
                quantiles[k] = next.at(LEVELS[k]);
            }
            track.said = quantiles;
        }
        tracks.keySet().removeIf(key -> arrivals.series(key, r) == null);
    }

    private Track[] empty() {
        Track[] made = new Track[rungs.size()];
        for (int r = 0; r < made.length; r++) {
            made[r] = new Track();
        }
        return made;
    }

    private static void learn(Track track, double[] said, double count) {
        track.weight = track.weight * KEEP + 1;
        double loss = 0;
        for (int k = 0; k < LEVELS.length; k++) {
            loss += Pinball.loss(LEVELS[k], said[k], count) / LEVELS.length;
            track.covered[k] = track.covered[k] * KEEP + (count <= said[k] ? 1 : 0);
        }
        track.loss = track.loss * KEEP + loss;
        track.naive = track.naive * KEEP + (Double.isNaN(track.before) ? 0 : Math.abs(count - track.before));
    }

    /** What is known of a series; one figure for each resolution of which there is any. */
    List<Figure> of(SeriesKey key) {
        Track[] known = tracks.get(key);
        List<Figure> figures = new ArrayList<>();
        for (int r = 0; known != null && r < known.length; r++) {
            Track track = known[r];
            if (track.weight > 0) {
                List<Double> coverage = new ArrayList<>();
                for (double covered : track.covered) {
                    coverage.add(covered / track.weight);
                }
                figures.add(new Figure(
                        key,
                        rungs.get(r).slotSeconds(),
                        track.weight,
                        coverage,
                        track.naive > 0 ? track.loss / track.naive : Double.NaN));
            }
        }
        return figures;
    }

    void write(DataOutput out) throws IOException {
        for (long slot : slots) {
            out.writeLong(slot);
        }
        out.writeInt(tracks.size());
        for (var entry : tracks.entrySet()) {
            out.writeUTF(entry.getKey().pool());
            out.writeUTF(entry.getKey().tenant());
            for (Track track : entry.getValue()) {
                for (double covered : track.covered) {
                    out.writeDouble(covered);
                }
                out.writeDouble(track.weight);
                out.writeDouble(track.loss);
                out.writeDouble(track.naive);
                out.writeDouble(track.before);
            }
        }
    }

    /** Reads what {@link #write} wrote; the slots under way at that moment are not judged. */
    void read(DataInput in) throws IOException {
        for (int r = 0; r < slots.length; r++) {
            slots[r] = in.readLong();
        }
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            SeriesKey key = new SeriesKey(in.readUTF(), in.readUTF(), "");
            Track[] known = empty();
            for (Track track : known) {
                for (int k = 0; k < track.covered.length; k++) {
                    track.covered[k] = in.readDouble();
                }
                track.weight = in.readDouble();
                track.loss = in.readDouble();
                track.naive = in.readDouble();
                track.before = in.readDouble();
            }
            tracks.put(key, known);
        }
    }
}
