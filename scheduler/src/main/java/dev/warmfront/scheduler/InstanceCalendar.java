package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the reservations on one instance set aside of it over time (policy.md §4); derived from their images, never a truth of
 * its own. A task may be on one of several rungs at a moment; rungs depend on one another (who is on the third was on the second),
 * so mean and variance are those of the whole task, and only tasks are taken to be independent.
 */
final class InstanceCalendar {

    private static final long MEBIBYTE = 1 << 20;

    /** A stretch of time in which what is expected does not change. */
    private record Stretch(long from, long to, TimeSums.Amount amount) {}

    /** What was entered for a reservation, so that the same can be taken out. */
    private record Entry(List<Stretch> cpu, List<Stretch> memory) {}

    private final TimeSums cpu = new TimeSums(1);
    private final TimeSums memory = new TimeSums(MEBIBYTE);
    private final Map<TaskId, Entry> entries = new HashMap<>();

    void enter(Reservation reservation) {
        Entry entry = entry(reservation);
        entries.put(reservation.task(), entry);
        entry.cpu().forEach(one -> cpu.add(one.from(), one.to(), one.amount()));
        entry.memory().forEach(one -> memory.add(one.from(), one.to(), one.amount()));
    }

    void remove(TaskId task) {
        Entry entry = Objects.requireNonNull(entries.remove(task), "nothing is entered for the task");
        entry.cpu().forEach(one -> cpu.add(one.from(), one.to(), one.amount().negated()));
        entry.memory()
                .forEach(one -> memory.add(one.from(), one.to(), one.amount().negated()));
    }

    /**
     * Whether the instance has room for one more, at each moment until that expires.
     *
     * @param reservation not entered yet
     * @param besides what the instance has given away without a reservation
     */
    boolean hasRoom(Reservation reservation, Resources besides, Resources capacity) {
        Entry entry = entry(reservation);
        return hasRoom(cpu, entry.cpu(), capacity.cpuMillis() - besides.cpuMillis())
                && hasRoom(memory, entry.memory(), capacity.memoryBytes() - besides.memoryBytes());
    }

    private static boolean hasRoom(TimeSums sums, List<Stretch> wanted, long capacity) {
        for (Stretch one : wanted) {
            if (!sums.hasRoom(one.from(), one.to(), one.amount(), capacity)) {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return cpu.isEmpty() && memory.isEmpty();
    }

    private static Entry entry(Reservation reservation) {
        ResourceCurve curve = reservation.curve();
        return new Entry(
                stretches(reservation, curve.cpu(), reservation.cpuLevel(), 1),
                stretches(reservation, curve.memory(), reservation.memoryLevel(), MEBIBYTE));
    }

    private static List<Stretch> stretches(
            Reservation reservation, List<ResourceCurve.Rung> rungs, int level, long unit) {
        long begin = slot(Math.max(
                reservation.since().getEpochSecond(), reservation.changedAt().getEpochSecond()));
        long end = reservation.expires().getEpochSecond() + 1;
        SortedSet<Long> starts = new TreeSet<>(List.of(begin));
        int last = reservation.lapsed() ? level : rungs.size() - 1;
        for (int i = level + 1; i <= last; i++) {
            starts.add(start(reservation, rungs.get(i), begin));
        }
        List<Stretch> stretches = new ArrayList<>();
        List<Long> bounds = new ArrayList<>(starts);
        bounds.removeIf(start -> start >= end);
        for (int i = 0; i < bounds.size(); i++) {
            long to = i + 1 < bounds.size() ? bounds.get(i + 1) : end;
            stretches.add(stretch(reservation, rungs, level, last, bounds.get(i), to, unit));
        }
        return stretches;
    }

    private static long start(Reservation reservation, ResourceCurve.Rung rung, long begin) {
        Instant earliest = reservation.since().plus(rung.after());
        return Math.max(begin, slot(earliest.getEpochSecond()));
    }

    /** Where one stretch ends another begins: rounded both outwards, they would count twice. */
    private static long slot(long second) {
        return Math.floorDiv(second, TimeSums.SLOT_SECONDS) * TimeSums.SLOT_SECONDS;
    }

    private static Stretch stretch(
            Reservation reservation,
            List<ResourceCurve.Rung> rungs,
            int level,
            int last,
            long from,
            long to,
            long unit) {
        double share = reservation.permille() / (double) ResourceCurve.CERTAIN;
        double here = Math.max(1, rungs.get(level).permille());
        double held = rungs.get(level).amount() / (double) unit;
        double mean = held;
        double square = held * held;
        double below = held;
        for (int i = level + 1; i <= last; i++) {
            long earliest = start(reservation, rungs.get(i), Long.MIN_VALUE);
            if (earliest <= from) {
                // Whoever gets here was on the rung below: its amount is exchanged for this one.
                double chance = rungs.get(i).permille() / here;
                double amount = rungs.get(i).amount() / (double) unit;
                mean += chance * (amount - below);
                square += chance * (amount * amount - below * below);
                below = amount;
            }
        }
        double expected = share * mean;
        double variance = Math.max(0, share * square - expected * expected);
        return new Stretch(
                from,
                to,
                new TimeSums.Amount((long) Math.ceil(expected * unit), (long) Math.ceil(variance - 1e-6), (long)
                        Math.ceil(below * unit)));
    }
}
