package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What tasks that run will want before long by what was learned to follow them, where nobody declared it (policy.md §3.4, §3.6).
 * Tasks of workflows are no part of it: what follows those is certain ({@link Foreseen}).
 *
 * <p>A successor takes the machine of the task before it, so chains want no more than they have: only where more follow than there
 * were, or where they run in another pool, is anything expected. As many are expected as {@link Follows#count} says, as early as
 * a tenth of the tasks before them ended.
 *
 * @param <H> the pool in which a task counts
 */
final class Successors<H> {

    private static final double EARLY = 0.1;
    private static final double LATE = 0.9;

    /** Of one tenant; those first met longest ago are forgotten. */
    private static final int MOST_TYPES = 512;

    /** Tasks of one tenant that have ended and are still followed; the oldest are forgotten. */
    private static final int MOST_ENDED = 256;

    /** Ends and beginnings that one look at one tenant goes through. */
    private static final int MOST_HAPPENINGS = 4096;

    /** Less than so many tasks are not followed further. */
    private static final double LEAST = 0.05;

    /** More are not expected at once. */
    private static final double MOST = 10_000;

    /** A type of task. */
    private static final class Kind<H> {
        private final Client<H> client;
        private final Runtimes runtimes = new Runtimes();

        /** Kept only while something is known of the tenant. */
        private final Set<Running<H>> running = new LinkedHashSet<>();

        private List<Follows> follows = List.of();

        /** Where tasks of it ran of late. */
        private H home;

        private double share;

        /** Whether more follows than takes its place, at once or later. */
        private boolean grows;

        Kind(Client<H> client, H home, double share) {
            this.client = client;
            this.home = home;
            this.share = share;
        }
    }

    /** A task that could run, runs, or has ended and is still followed. */
    private static final class Running<H> {
        private final Kind<H> kind;
        private double began = Double.NaN;
        private double ended = Double.NaN;

        /** How many of each that follows it have come. */
        private double[] came = {};

        Running(Kind<H> kind) {
            this.kind = kind;
        }
    }

    /** A tenant. */
    private static final class Client<H> {

        /** By name, those first met long ago first. */
        private final Map<String, Kind<H>> kinds = new LinkedHashMap<>();

        private SortedMap<String, List<Follows>> known = Collections.emptySortedMap();
        private final Deque<Running<H>> ended = new ArrayDeque<>();

        /** Whether {@link Kind#grows} is to be found out anew. */
        private boolean changed;

        /** Whether anything is known to follow any of its tasks: of others as little as possible is kept. */
        boolean isKnown() {
            return !known.isEmpty();
        }
    }

    private final Map<TenantId, Client<H>> clients = new HashMap<>();
    private final Map<TaskId, Running<H>> tasks = new LinkedHashMap<>();

    /** Tenants by the pools in which more may follow than takes a place. */
    private final Map<H, Set<Client<H>>> homes = new HashMap<>();

    /** Replaces what is known of a tenant's tasks. */
    void learned(TenantId tenant, SortedMap<String, List<Follows>> known) {
        Client<H> client = clients.computeIfAbsent(tenant, id -> new Client<>());
        if (!client.isKnown()) {
            for (Running<H> running : tasks.values()) {
                if (running.kind.client == client) {
                    running.kind.running.add(running);
                }
            }
        }
        client.known = known;
        if (!client.isKnown()) {
            client.kinds.values().forEach(kind -> kind.running.clear());
        }
        client.changed = true;
        client.kinds.forEach((name, kind) -> kind.follows = known.getOrDefault(name, List.of()));
        // What was counted as come is by the order of what was known before.
        client.ended.clear();
    }

    /**
     * A task could run; told of every task.
     *
     * @return whether more may follow than will take its place
     */
    boolean wanted(TaskSpec task, H home, double share, double time) {
        if (task.workflow() != null) {
            return false;
        }
        Kind<H> kind = kind(task, home, share);
        if (!home.equals(kind.home) || kind.share != share) {
            kind.home = home;
            kind.share = share;
            kind.client.changed = true;
        }
        Running<H> again = tasks.get(task.id());
        if (again == null) {
            Running<H> running = new Running<>(kind);
            tasks.put(task.id(), running);
            if (kind.client.isKnown()) {
                kind.running.add(running);
                came(kind.client, task.taskType(), time);
            }
        } else {
            again.began = Double.NaN;
        }
        return kind.client.isKnown() && grows(kind);
    }

    private Kind<H> kind(TaskSpec task, H home, double share) {
        Client<H> client = clients.computeIfAbsent(task.tenant(), id -> new Client<>());
        Kind<H> kind = client.kinds.get(task.taskType());
        if (kind == null) {
            kind = new Kind<>(client, home, share);
            client.changed = true;
            kind.follows = client.known.getOrDefault(task.taskType(), List.of());
            client.kinds.put(task.taskType(), kind);
            if (client.kinds.size() > MOST_TYPES) {
                Iterator<Kind<H>> eldest = client.kinds.values().iterator();
                eldest.next();
                eldest.remove();
            }
        }
        return kind;
    }

    /** One has come that follows the task that ended last of those which it may follow, as the learner has it. */
    private void came(Client<H> client, String type, double time) {
        for (Iterator<Running<H>> last = client.ended.descendingIterator(); last.hasNext(); ) {
            Running<H> before = last.next();
            List<Follows> follows = before.kind.follows;
            for (int i = 0; i < follows.size(); i++) {
                Follows one = follows.get(i);
                if (one.taskType().equals(type) && before.came[i] < one.count() && awaits(before, one, time)) {
                    before.came[i]++;
                    return;
                }
            }
        }
    }

    private static boolean awaits(Running<?> ended, Follows one, double time) {
        return time <= ended.ended + one.latestSeconds();
    }

    /** It began; told of every task. */
    void began(TaskSpec task, double time) {
        Running<H> running = tasks.get(task.id());
        if (running != null) {
            running.began = time;
        }
    }

    /** It is final; told of every task. */
    void over(TaskSpec task, double time) {
        Running<H> running = tasks.remove(task.id());
        if (running == null) {
            return;
        }
        Kind<H> kind = running.kind;
        if (kind.client.isKnown()) {
            kind.running.remove(running);
        }
        if (!Double.isNaN(running.began)) {
            kind.runtimes.add(time - running.began);
            if (kind.client.isKnown() && grows(kind)) {
                running.ended = time;
                running.came = new double[kind.follows.size()];
                kind.client.ended.addLast(running);
                if (kind.client.ended.size() > MOST_ENDED) {
                    kind.client.ended.removeFirst();
                }
            }
        }
    }

    /** Whether more may come into the pool than takes a place there. */
    boolean isKnownAt(H home) {
        return homes.containsKey(home);
    }

    /**
     * How many more instances of a pool than now will be wanted at once before some time.
     *
     * @return at least 0
     */
    double most(H home, double time, double until) {
        double most = 0;
        for (Client<H> client : homes.getOrDefault(home, Set.of())) {
            // Tenants do not know of each other: their peaks may meet.
            most += new Look(home, client, time, until).most();
        }
        return Math.min(MOST, most);
    }

    private boolean grows(Kind<H> kind) {
        if (kind.client.changed) {
            kind.client.changed = false;
            findOut(kind.client);
        }
        return kind.grows;
    }

    private void findOut(Client<H> client) {
        client.kinds.values().forEach(kind -> kind.grows = false);
        boolean more = true;
        while (more) {
            more = false;
            for (Kind<H> kind : client.kinds.values()) {
                boolean grows = !kind.grows && growsNow(kind);
                kind.grows |= grows;
                more |= grows;
            }
        }
        for (Kind<H> kind : client.kinds.values()) {
            for (Follows follows : kind.grows ? kind.follows : List.<Follows>of()) {
                Kind<H> next = next(kind, follows);
                if (next != null) {
                    homes.computeIfAbsent(next.home, home -> new LinkedHashSet<>())
                            .add(client);
                }
            }
        }
    }

    private boolean growsNow(Kind<H> kind) {
        double share = 0;
        for (Follows follows : kind.follows) {
            Kind<H> next = next(kind, follows);
            if (next != null && next != kind) {
                share += follows.count() * next.share;
                if (next.grows || !next.home.equals(kind.home)) {
                    return true;
                }
            }
        }
        return share > kind.share;
    }

    /** Null where none of its tasks was met. */
    private static <H> @Nullable Kind<H> next(Kind<H> kind, Follows follows) {
        return kind.client.kinds.get(follows.taskType());
    }

    /**
     * So many tasks of a kind begin or end.
     *
     * @param after by what they come; null for what is known to run
     */
    private record Happening<H>(
            double at,
            long order,
            Kind<H> kind,
            double many,
            boolean ends,
            @Nullable Happening<H> after) implements Comparable<Happening<H>> {
        @Override
        public int compareTo(Happening<H> other) {
            int byTime = Double.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        /** Whether it comes by tasks of that kind: what turns in a circle is gone through once. */
        boolean comesBy(Kind<H> any) {
            for (Happening<H> one = this; one != null; one = one.after) {
                if (one.kind == any) {
                    return true;
                }
            }
            return false;
        }
    }

    /** One look at one tenant: what ends lets what begin, in the order of time. */
    private final class Look {
        private final H home;
        private final Client<H> client;
        private final double time;
        private final double until;
        private final PriorityQueue<Happening<H>> happenings = new PriorityQueue<>();
        private long orders;

        Look(H home, Client<H> client, double time, double until) {
            this.home = home;
            this.client = client;
            this.time = time;
            this.until = until;
        }

        double most() {
            for (Kind<H> kind : client.kinds.values()) {
                if (grows(kind)) {
                    for (Running<H> running : kind.running) {
                        double elapsed = Double.isNaN(running.began) ? 0 : Math.max(0, time - running.began);
                        put(time - elapsed + kind.runtimes.quantile(EARLY, elapsed), kind, 1, true, null);
                    }
                }
            }
            awaited();
            double sum = 0;
            double most = 0;
            double at = time;
            for (Happening<H> next = happenings.poll(); next != null; next = happenings.poll()) {
                if (next.at() > at) {
                    most = Math.max(most, sum);
                    at = next.at();
                }
                if (home.equals(next.kind().home)) {
                    sum += (next.ends() ? -1 : 1) * next.many() * next.kind().share;
                }
                if (next.ends()) {
                    ended(next);
                } else {
                    double quantile = next.kind().grows ? EARLY : LATE;
                    put(next.at() + next.kind().runtimes.quantile(quantile, 0), next.kind(), next.many(), true, next);
                }
            }
            return Math.max(most, sum);
        }

        /** What follows tasks that have ended and has not come. */
        private void awaited() {
            Iterator<Running<H>> each = client.ended.iterator();
            while (each.hasNext()) {
                Running<H> before = each.next();
                boolean awaited = false;
                for (int i = 0; i < before.kind.follows.size(); i++) {
                    Follows follows = before.kind.follows.get(i);
                    Kind<H> next = Successors.next(before.kind, follows);
                    if (next != null && awaits(before, follows, time)) {
                        awaited = true;
                        put(
                                Math.max(time, before.ended + follows.soonestSeconds()),
                                next,
                                follows.count() - before.came[i],
                                false,
                                null);
                    }
                }
                if (!awaited) {
                    each.remove();
                }
            }
        }

        private void ended(Happening<H> end) {
            for (Follows follows : end.kind().follows) {
                Kind<H> next = Successors.next(end.kind(), follows);
                if (next != null && !end.comesBy(next)) {
                    put(end.at() + follows.soonestSeconds(), next, end.many() * follows.count(), false, end);
                }
            }
        }

        private void put(double at, Kind<H> kind, double many, boolean ends, @Nullable Happening<H> after) {
            if (at <= until && many >= LEAST && orders < MOST_HAPPENINGS) {
                happenings.add(new Happening<>(at, orders++, kind, Math.min(MOST, many), ends, after));
            }
        }
    }
}
