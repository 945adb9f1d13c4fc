package dev.warmfront.forecast;

import java.util.List;

/**
 * What all series of one resolution have in common: the width of a slot, the horizons asked for, the experts, and where in a
 * series' one array of numbers each keeps its state. Immutable and shared, so that a series is little more than that array.
 */
public final class SeriesShape {

    /** Slots of history kept at most: a week of 5-minute slots and the longest horizon. */
    static final int MAX_RING = 2048;

    static final int MAX_HORIZON = 48;

    private static final int DAY_SECONDS = 86_400;
    private static final int HOUR_SECONDS = 3_600;
    private static final int MAX_PROFILE_BINS = 288;
    private static final int[] LAGS = {
        2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 15, 16, 18, 20, 24, 28, 30, 32, 36, 40, 45, 48, 60, 72, 90, 96, 120, 144, 168,
        180, 240, 288, 360, 480, 576, 720, 1008, 1440
    };

    private final int slotSeconds;
    private final int[] horizons;
    private final List<Expert> experts;
    private final int[] expertAt;
    private final int[] ticketAt;
    private final int[] pendingAt;
    private final int blendAt;
    private final int ticketSize;
    private final int expertsSize;
    private final int pendingSize;

    /**
     * @param slotSeconds width of a slot, 1 to 86,400
     * @param horizons steps ahead, ascending, 1 to 48
     * @param experts at least one, in a fixed order: the order is part of the saved state
     */
    public SeriesShape(int slotSeconds, List<Integer> horizons, List<Expert> experts) {
        if (slotSeconds < 1 || slotSeconds > DAY_SECONDS) {
            throw new IllegalArgumentException("a slot has 1 to 86400 seconds, not " + slotSeconds);
        }
        if (experts.isEmpty() || horizons.isEmpty()) {
            throw new IllegalArgumentException("a series needs an expert and a horizon");
        }
        this.slotSeconds = slotSeconds;
        this.horizons = horizons.stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < this.horizons.length; i++) {
            int previous = i == 0 ? 0 : this.horizons[i - 1];
            if (this.horizons[i] <= previous || this.horizons[i] > MAX_HORIZON) {
                throw new IllegalArgumentException("horizons ascend from 1 to " + MAX_HORIZON + ", not " + horizons);
            }
        }
        this.experts = List.copyOf(experts);
        expertAt = new int[experts.size()];
        ticketAt = new int[experts.size()];
        int state = 0;
        int ticket = 0;
        for (int j = 0; j < expertAt.length; j++) {
            expertAt[j] = state;
            ticketAt[j] = ticket;
            state += this.experts.get(j).stateSize(this);
            ticket += this.experts.get(j).ticketSize(this);
        }
        expertsSize = state;
        // After the experts' tickets comes what was issued: the blend at each level.
        blendAt = ticket;
        ticketSize = ticket + Levels.COUNT;
        pendingAt = new int[this.horizons.length];
        int pending = 0;
        for (int h = 0; h < pendingAt.length; h++) {
            pendingAt[h] = pending;
            pending += this.horizons[h] * ticketSize;
        }
        pendingSize = pending;
    }

    public int slotSeconds() {
        return slotSeconds;
    }

    public int horizonCount() {
        return horizons.length;
    }

    /** Steps ahead of the {@code h}-th horizon. */
    public int horizon(int h) {
        return horizons[h];
    }

    public List<Expert> experts() {
        return experts;
    }

    /** Those of the experts whose models are trained apart. */
    public List<TrainedExpert> trained() {
        return experts.stream()
                .filter(TrainedExpert.class::isInstance)
                .map(TrainedExpert.class::cast)
                .toList();
    }

    /** Slots of a day, 1 at least. */
    public int daySlots() {
        return Math.max(1, DAY_SECONDS / slotSeconds);
    }

    /** Slots of a week, 7 at least. */
    public int weekSlots() {
        return 7 * daySlots();
    }

    /** Slots of an hour, 1 at least. */
    public int hourSlots() {
        return Math.max(1, HOUR_SECONDS / slotSeconds);
    }

    /** Bins of the profile of a day. */
    int profileBins() {
        return Math.min(daySlots(), MAX_PROFILE_BINS);
    }

    /** The bin of the day's profile that a slot falls into. */
    int profileBin(long slot) {
        return (int) (Math.floorMod(slot, (long) daySlots()) * profileBins() / daySlots());
    }

    /** The hour of the week, 0 to 167, that a slot begins in. */
    int weekHour(long slot) {
        return (int) (Math.floorMod(slot, (long) weekSlots()) * 168 / weekSlots());
    }

    /** Candidates for a series' own period. */
    static int lagCount() {
        return LAGS.length;
    }

    static int lag(int index) {
        return LAGS[index];
    }

    int expertAt(int expert) {
        return expertAt[expert];
    }

    int ticketAt(int expert) {
        return ticketAt[expert];
    }

    /** Where, among the tickets of one forecast, the blend lies that was issued. */
    int blendAt() {
        return blendAt;
    }

    int expertsSize() {
        return expertsSize;
    }

    int pendingSize() {
        return pendingSize;
    }

    /** Where the tickets of a forecast for the {@code h}-th horizon wait that falls due at {@code slot}. */
    int pendingAt(int h, long slot) {
        return pendingAt[h] + (int) Math.floorMod(slot, (long) horizons[h]) * ticketSize;
    }

    /** Tells shapes apart whose saved states must not be mixed. */
    String signature() {
        StringBuilder text = new StringBuilder("v2/").append(slotSeconds);
        for (int horizon : horizons) {
            text.append('/').append(horizon);
        }
        for (Expert expert : experts) {
            text.append('/').append(expert.name());
        }
        return text.toString();
    }
}
