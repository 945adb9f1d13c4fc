package dev.warmfront.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the instance has to what it should have. Level-triggered: each answer of the control plane is the whole truth,
 * so it may be lost, repeated or come from another epoch, and the next one heals.
 */
final class Reconciler {

    /** Attempts at the same time; what is beyond starts when one ends. */
    static final int MAX_ATTEMPTS = 64;

    /** How many ended attempts are remembered by number, to be never started again; the disk remembers some too. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Attempt.Context context;
    private final WarmUps warmUps;
    private final Sender sender;
    private final Map<AttemptKey, Attempt> held = new LinkedHashMap<>();
    private final SequencedSet<AttemptKey> ended = new LinkedHashSet<>();
    private @Nullable Desired desired;
    private boolean connected;
    private boolean stopping;

    Reconciler(Attempt.Context context) {
        this.context = context;
        this.sender = new Sender(context.files(), context.uplink());
        this.warmUps =
                new WarmUps(context.home(), context.launcher(), context.outbox(), context.instance(), this::reconcile);
    }

    WarmUps warmUps() {
        return warmUps;
    }

    /** The control plane has answered a poll. */
    synchronized void apply(Desired answer) {
        if (desired == null || !desired.mode().equals(answer.mode())) {
            StateLog.info("mode is " + answer.mode());
        }
        desired = answer;
        connected = true;
        warmUps.want(answer.environments());
        context.files().want(answer.data());
        context.roundTrips().want(answer.endpoints());
        sender.send(answer.sends());
        reconcile();
    }

    /** The control plane does not answer: nothing new is started until it does. */
    synchronized void away() {
        connected = false;
    }

    /** What a poll says of files and distances. */
    Json data() {
        DataCache cache = context.files().cache();
        DataCache.Counts counts = cache.counts();
        List<Json> held = new ArrayList<>();
        for (DataCache.Held file : cache.held()) {
            held.add(new Json.Obj(Map.of(
                    "tenant", new Json.Text(file.key().tenant()),
                    "sha256", new Json.Text(file.key().sha256()),
                    "bytes", Json.Num.of(file.bytes()))));
        }
        Map<String, Json> roundTrips = new LinkedHashMap<>();
        context.roundTrips().micros().forEach((endpoint, micros) -> roundTrips.put(endpoint, Json.Num.of(micros)));
        Map<String, Json> data = new LinkedHashMap<>();
        data.put("cacheBytes", Json.Num.of(cache.budget()));
        data.put("bytesPerSecond", Json.Num.of(context.files().bytesPerSecond()));
        data.put("held", new Json.Arr(held));
        data.put("roundTripMicros", new Json.Obj(roundTrips));
        data.put(
                "counts",
                new Json.Obj(Map.of(
                        "hits", Json.Num.of(counts.hits()),
                        "misses", Json.Num.of(counts.misses()),
                        "corrupted", Json.Num.of(counts.corrupted()),
                        "fetchedBytes", Json.Num.of(counts.fetchedBytes()),
                        "aheadBytes", Json.Num.of(counts.aheadBytes()),
                        "aheadReadBytes", Json.Num.of(counts.aheadReadBytes()),
                        "aheadLostBytes", Json.Num.of(counts.aheadLostBytes()))));
        return new Json.Obj(data);
    }

    /** The body of a poll but for {@code seen} and {@code data}. */
    synchronized Map<String, Json> status() {
        List<Json> attempts = new ArrayList<>();
        for (Attempt attempt : held.values()) {
            attempts.add(new Json.Obj(Map.of(
                    "tenant", new Json.Text(attempt.key().tenant()),
                    "task", new Json.Text(attempt.key().task()),
                    "number", Json.Num.of(attempt.key().number()),
                    "state",
                            new Json.Text(
                                    switch (attempt.state()) {
                                        case STARTING -> "starting";
                                        case RUNNING -> "running";
                                        case ENDED -> "ended";
                                    }))));
        }
        Map<String, Json> status = new HashMap<>();
        status.put("attempts", new Json.Arr(attempts));
        status.put("warm", Report.texts(warmUps.warm()));
        return status;
    }

    /** All that is held, for sampling and uploads. */
    synchronized Collection<Attempt> attempts() {
        return List.copyOf(held.values());
    }

    /** The control plane knows these ends for good. */
    synchronized void acknowledged(List<Report> reports) {
        for (Report report : reports) {
            if (report instanceof Report.Finished finished && held.remove(finished.key()) != null) {
                ended.addLast(finished.key());
                if (ended.size() > MAX_REMEMBERED) {
                    ended.removeFirst();
                }
                context.home().endAttempt(finished.key());
            }
        }
        reconcile();
    }

    /** Ends all; nothing is started from now on. */
    synchronized void stop(Duration grace) {
        stopping = true;
        warmUps.stop(grace);
        held.values().forEach(attempt -> attempt.stop(Report.End.EVICTED, grace));
    }

    /** Whether all that was held has ended. */
    synchronized boolean idle() {
        return held.values().stream().allMatch(attempt -> attempt.state() == Attempt.State.ENDED);
    }

    private synchronized void reconcile() {
        if (desired == null || stopping || !connected) {
            return;
        }
        Set<AttemptKey> running = new LinkedHashSet<>();
        for (Desired.Assignment assignment : desired.attempts()) {
            if (assignment.run()) {
                running.add(assignment.key());
            }
        }
        for (Attempt attempt : held.values()) {
            if (!running.contains(attempt.key())) {
                attempt.stop(Report.End.CANCELLED, Execution.GRACE);
            }
        }
        boolean ready = warmUps.ready();
        for (Desired.Assignment assignment : desired.attempts()) {
            AttemptKey key = assignment.key();
            Attempt here = held.get(key);
            if (here != null) {
                here.adjust(assignment.limits());
            } else if (!ended.contains(key)) {
                if (!assignment.run()) {
                    refuse(assignment);
                } else if (ready && busy() < MAX_ATTEMPTS) {
                    start(assignment);
                }
            }
        }
    }

    private long busy() {
        return held.values().stream()
                .filter(attempt -> attempt.state() != Attempt.State.ENDED)
                .count();
    }

    private void start(Desired.Assignment assignment) {
        Attempt attempt = new Attempt(context, assignment);
        held.put(attempt.key(), attempt);
        start(attempt);
    }

    /** Cancelled before it was ever here: its end is reported all the same, or the control plane would wait for it. */
    private void refuse(Desired.Assignment assignment) {
        Attempt attempt = new Attempt(context, assignment);
        attempt.stop(Report.End.CANCELLED, Execution.GRACE);
        held.put(attempt.key(), attempt);
        start(attempt);
    }

    private static void start(Attempt attempt) {
        Thread.startVirtualThread(() -> {
            try {
                attempt.run();
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
