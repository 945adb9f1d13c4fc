package dev.warmfront.learning;

import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.ArrivalModel;
import dev.warmfront.forecast.SeriesKey;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.ResourceCurve;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is known of a cell's tasks: a pure function of what happened, in the order of time. Bounded; not safe for threads.
 */
final class Learned {

    private static final int MAGIC = 0x57464c34;

    /** All of a cell's arrivals together. */
    static final String CELL = "";

    private final List<SeriesShape> rungs;
    private final int tenantsMax;
    private final ArrivalModel arrivals;
    private final Map<String, TenantLearned> tenants = new TreeMap<>();
    private final Accuracy accuracy;
    private Episode.Place place;
    private long episodes;

    Learned(List<SeriesShape> rungs, int seriesMax, int tenantsMax, Instant from) {
        this(rungs, tenantsMax, new ArrivalModel(rungs, seriesMax), Episode.Place.before(from));
    }

    private Learned(List<SeriesShape> rungs, int tenantsMax, ArrivalModel arrivals, Episode.Place place) {
        this.rungs = rungs;
        this.tenantsMax = tenantsMax;
        this.arrivals = arrivals;
        this.accuracy = new Accuracy(rungs);
        this.place = place;
    }

    /** Up to where it has learned. */
    Episode.Place place() {
        return place;
    }

    /** From how much it has learned. */
    long episodes() {
        return episodes;
    }

    void learn(Episode episode, Samples samples) {
        if (episode.place().kind() == Episode.Kind.SUBMITTED) {
            arrivals.arrived(SeriesKey.of(CELL, episode.tenant(), episode.taskType()), 1, episode.at());
        }
        tenants.computeIfAbsent(episode.place().tenant(), unused -> new TenantLearned(episode.at()))
                .learn(episode, samples);
        if (tenants.size() > tenantsMax) {
            tenants.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().seen()))
                    .ifPresent(oldest -> tenants.remove(oldest.getKey()));
        }
        place = episode.place();
        episodes++;
    }

    /** Nothing more comes before {@code time}. */
    void passed(Instant time) {
        if (time.isAfter(place.at())) {
            place = Episode.Place.before(time);
        }
    }

    /** {@code now} is the present: slots that have ended are closed for all, and what was said of them is judged. */
    void advance(Instant now) {
        accuracy.advance(arrivals, now);
        tenants.values().forEach(tenant -> tenant.advance(now));
    }

    ArrivalModel arrivals() {
        return arrivals;
    }

    Accuracy accuracy() {
        return accuracy;
    }

    List<SeriesShape> rungs() {
        return rungs;
    }

    Optional<TenantLearned> tenant(TenantId tenant) {
        return Optional.ofNullable(tenants.get(tenant.value()));
    }

    /** What tasks will use, by tenant and type, where enough is known of them to reserve by. */
    SortedMap<TenantId, SortedMap<String, ResourceCurve>> curves() {
        SortedMap<TenantId, SortedMap<String, ResourceCurve>> curves = new TreeMap<>();
        tenants.forEach((tenant, known) -> curves.put(new TenantId(tenant), known.curves()));
        return curves;
    }

    /** What follows tasks where nobody declared it, by tenant and type, where it is known well enough. */
    SortedMap<TenantId, SortedMap<String, List<Follows>>> successors(Instant now) {
        SortedMap<TenantId, SortedMap<String, List<Follows>>> successors = new TreeMap<>();
        tenants.forEach((tenant, known) -> successors.put(new TenantId(tenant), known.successors(now)));
        return successors;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.at()));
        out.writeInt(place.kind().code());
        out.writeUTF(place.tenant());
        out.writeUTF(place.task());
        out.writeLong(episodes);
        arrivals.write(out);
        accuracy.write(out);
        out.writeInt(tenants.size());
        for (var entry : tenants.entrySet()) {
            out.writeUTF(entry.getKey());
            entry.getValue().write(out);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged or of another version: then learn anew
     */
    static Learned read(List<SeriesShape> rungs, int seriesMax, int tenantsMax, DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not what this version has learned");
        }
        Episode.Place place = new Episode.Place(
                Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS),
                Episode.Kind.of(in.readInt()),
                in.readUTF(),
                in.readUTF());
        long episodes = in.readLong();
        Learned learned = new Learned(rungs, tenantsMax, ArrivalModel.read(rungs, seriesMax, in), place);
        learned.episodes = episodes;
        learned.accuracy.read(in);
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String tenant = in.readUTF();
            learned.tenants.put(tenant, TenantLearned.read(in));
        }
        return learned;
    }
}
