package dev.warmfront.cell;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PastLoad;
import dev.warmfront.scheduler.PastTask;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.Snapshot;
import dev.warmfront.scheduler.Task;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The single writer of a set of tenants and their pools. One thread takes events from the inbox, has the scheduler decide
 * them, and commits what was decided in batches; while one batch commits, the next is decided. Senders get their answer, and
 * effects leave, only after the commit. Whatever goes wrong with a commit, the state in memory is dropped and read again.
 */
final class Cell implements CellInbox, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Cell.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration LOOK_AT_LEADS_FIRST = Duration.ofMinutes(1);
    private static final Duration LOOK_AT_LEADS = Duration.ofMinutes(10);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(300);
    private static final Duration COME_AGAIN = Duration.ofMillis(200);
    private static final Submission WAKE_UP = new Submission(new Event.Tick(), null, new CompletableFuture<>());

    /** What this process is to the cell. */
    enum Role {
        OWNER,
        STANDING_BY,
        CLOSED
    }

    private final CellSettings settings;
    private final CellConfig config;
    private final PoolPolicies policies;
    private final Clock clock;
    private final Lease lease;
    private final CellReader reader;
    private final BatchWriter writer;
    private final CellMetrics metrics;
    private final List<CommitListener> listeners;
    private final BlockingQueue<Submission> inbox;
    private final Thread thread;
    private final AtomicReference<Role> role = new AtomicReference<>(Role.STANDING_BY);
    private volatile Lease.Holder holder = new Lease.Holder(null, null);
    private volatile List<Offering> offerings = List.of();
    private volatile long epoch;
    private volatile Map<PoolId, String> poolConditions = Map.of();

    Cell(
            CellConfig config,
            PoolPolicies policies,
            Clock clock,
            Pool pool,
            String node,
            String url,
            CellMetrics metrics,
            List<CommitListener> listeners) {
        this.config = config;
        CellId id = new CellId(config.id());
        this.settings = new CellSettings(
                id,
                config.bootDeadline(),
                config.stopDeadline(),
                config.stockOutPause(),
                config.fenceDeadline(),
                config.maxLiveTasks(),
                CellSettings.defaults(id).maxSpeculativeIntents());
        this.policies = policies;
        this.clock = clock;
        this.lease = new Lease(pool, id, node, url, config.lease());
        this.reader = new CellReader(pool, id);
        this.writer = new BatchWriter(pool, id);
        this.metrics = metrics;
        this.listeners = List.copyOf(listeners);
        this.inbox = new LinkedBlockingQueue<>(config.inboxCapacity());
        this.thread = Thread.ofPlatform().name("cell-" + id).daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Role role() {
        return Objects.requireNonNull(role.get());
    }

    /** Who owns the cell as far as this process knows; for forwarding. */
    Lease.Holder holder() {
        return holder;
    }

    long epoch() {
        return epoch;
    }

    /** What an operator should know of pools, as of the latest tick. */
    Map<PoolId, String> poolConditions() {
        return poolConditions;
    }

    int waiting() {
        return inbox.size();
    }

    @Override
    public io.smallrye.mutiny.Uni<Answer> submit(Event event, @Nullable OnceOnly once) {
        if (event instanceof Event.OfferingsPut put) {
            // Kept across tenures: a cell that is read again must not forget what providers offer.
            remember(put);
        }
        CompletableFuture<Answer> sender = new CompletableFuture<>();
        if (role.get() != Role.OWNER) {
            return failed("this process does not own the cell");
        }
        if (!inbox.offer(new Submission(event, once, sender))) {
            return failed("the cell's inbox is full");
        }
        return CallersContext.resume(sender);
    }

    private static io.smallrye.mutiny.Uni<Answer> failed(String why) {
        return io.smallrye.mutiny.Uni.createFrom().failure(new CellUnavailableException(why, COME_AGAIN));
    }

    private synchronized void remember(Event.OfferingsPut put) {
        var others = offerings.stream()
                .filter(offering -> !offering.placement().provider().equals(put.provider()));
        offerings =
                java.util.stream.Stream.concat(others, put.offerings().stream()).toList();
    }

    // ---- the cell's thread

    private void run() {
        while (role.get() != Role.CLOSED) {
            try {
                Long taken = lease.take();
                if (taken == null) {
                    holder = lease.holder();
                    pause(Duration.ofMillis(Math.min(1_000, config.lease().toMillis() / 3)));
                } else {
                    own(taken);
                }
            } catch (RuntimeException e) {
                LOG.warnf("cell %s: %s; trying again", settings.cell(), e.getMessage());
                pause(RETRY_PAUSE);
            }
        }
    }

    private void own(long newEpoch) {
        Instant began = clock.instant();
        Tenure tenure = read(newEpoch, 1);
        epoch = newEpoch;
        holder = lease.holder();
        // Owner first: what listeners have to say at once must find the inbox open.
        role.compareAndSet(Role.STANDING_BY, Role.OWNER);
        listeners.forEach(listener -> listener.reloaded(tenure.state, tenure.latest));
        LOG.infof(
                "cell %s is owned here, epoch %d: %d unfinished tasks, %d instances, %d open intents, read in %d ms",
                settings.cell(),
                newEpoch,
                tenure.state.tasks().size(),
                tenure.state.instances().size(),
                tenure.state.openIntents().size(),
                Duration.between(began, clock.instant()).toMillis());
        try {
            serve(tenure);
        } finally {
            role.compareAndSet(Role.OWNER, Role.STANDING_BY);
            listeners.forEach(CommitListener::released);
            failAll();
        }
    }

    /**
     * Reads the cell's state.
     *
     * @param part how often that was done under this epoch
     */
    private Tenure read(long newEpoch, int part) {
        Snapshot snapshot = reader.read(offerings);
        Instant latest = now();
        for (Task task : snapshot.tasks()) {
            latest = later(latest, task.submittedAt());
            latest = task.startedAt() == null ? latest : later(latest, task.startedAt());
        }
        for (Instance instance : snapshot.instances()) {
            latest = later(latest, instance.stateSince());
            latest = instance.chargedUntil() == null ? latest : later(latest, instance.chargedUntil());
        }
        CellState state = CellState.restore(settings, snapshot);
        List<PoolPolicies.Lead> leads = policies.leads(snapshot.offerings());
        Scheduler scheduler = policies.scheduler(leads);
        CellConfig.Policy policy = config.policy();
        boolean wantsPast = wantsPast(scheduler, snapshot);
        List<PastTask> past = wantsPast ? reader.past(now().minus(policy.window()), policy.tasksMax()) : List.of();
        List<PastLoad> loads =
                wantsPast ? reader.pastLoads(now().minus(policy.window()), policy.tasksMax()) : List.of();
        scheduler.recall(state, past, loads);
        EventLog log = config.eventLog()
                .map(folder -> EventLog.begin(
                        folder, part, EventLog.Line.Begun.of(newEpoch, settings, policy, leads, snapshot, past, loads)))
                .orElse(null);
        return new Tenure(newEpoch, state, scheduler, wantsPast, leads, log, latest);
    }

    private static boolean wantsPast(Scheduler scheduler, Snapshot snapshot) {
        return scheduler.remembers(snapshot.defaultPool().policy())
                || snapshot.pools().values().stream().anyMatch(pool -> scheduler.remembers(pool.policy()));
    }

    /**
     * Reads the state again, so that policies learn of the past, or go by what lead times are by now. Nothing is in flight,
     * so nobody has to be told, and what waits in the inbox waits on.
     */
    private Tenure renewed(Tenure tenure, int part) {
        Instant began = clock.instant();
        tenure.close();
        Tenure renewed = read(tenure.epoch, part);
        renewed.latest = later(tenure.latest, renewed.latest);
        LOG.infof(
                "cell %s: %s; read again in %d ms",
                settings.cell(),
                tenure.wantsPast ? "a policy is told of the past" : "policies go by what lead times were lately",
                Duration.between(began, clock.instant()).toMillis());
        return renewed;
    }

    /** Whether lead times are no longer what the policies that look ahead take them for. */
    private boolean leadsMoved(Tenure tenure) {
        return tenure.recalled && PoolPolicies.differ(tenure.leads, policies.leads(offerings));
    }

    /** Decides and commits until the cell is lost, a commit fails, or the process ends. */
    private void serve(Tenure first) {
        Tenure tenure = first;
        int parts = 1;
        // The first time soon: what was learned of lead times is still being read when a tenure begins.
        Instant nextLook = now().plus(LOOK_AT_LEADS_FIRST);
        Instant nextTick = now();
        Instant nextRenewal = now().plus(config.lease().dividedBy(3));
        Batch pending = new Batch();
        Batch committing = null;
        CompletableFuture<Void> commit = CompletableFuture.completedFuture(null);
        try {
            while (role.get() == Role.OWNER) {
                if (committing != null && commit.isDone()) {
                    commit.join();
                    publish(committing);
                    committing = null;
                }
                Instant now = now();
                if (committing == null && !pending.isEmpty()) {
                    committing = pending;
                    pending = new Batch();
                    commit = commit(tenure, committing);
                } else if (committing == null) {
                    boolean looks = !now.isBefore(nextLook);
                    nextLook = looks ? now.plus(LOOK_AT_LEADS) : nextLook;
                    if (tenure.wantsPast || (looks && leadsMoved(tenure))) {
                        tenure = renewed(tenure, ++parts);
                    }
                }
                if (!now.isBefore(nextRenewal)) {
                    if (!lease.renew(tenure.epoch)) {
                        throw new IllegalStateException("another process has taken the cell");
                    }
                    nextRenewal = now().plus(config.lease().dividedBy(3));
                }
                if (!now.isBefore(nextTick)) {
                    decide(tenure, pending, new Submission(new Event.Tick(), null, new CompletableFuture<>()));
                    nextTick = now.plus(TICK);
                    poolConditions = tenure.scheduler.conditions();
                } else if (pending.size() < config.batchLimit()) {
                    take(tenure, pending, Duration.between(now, nextTick));
                } else {
                    await(commit);
                }
            }
        } catch (RuntimeException e) {
            LOG.warnf("cell %s: %s; its state is read again", settings.cell(), e.getMessage());
            fail(committing);
            fail(pending);
        }
        if (role.get() == Role.CLOSED) {
            leave(tenure, committing, commit);
        }
        poolConditions = Map.of();
        tenure.close();
    }

    @SuppressWarnings("ReferenceEquality") // one object is the bell; nothing else equals it
    private static boolean isWakeUp(Submission submission) {
        return submission == WAKE_UP;
    }

    private void take(Tenure tenure, Batch pending, Duration patience) {
        try {
            Submission next = inbox.poll(Math.max(1, patience.toNanos()), TimeUnit.NANOSECONDS);
            while (next != null) {
                if (!isWakeUp(next)) {
                    decide(tenure, pending, next);
                }
                next = isWakeUp(next) || pending.size() >= config.batchLimit() ? null : inbox.poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void decide(Tenure tenure, Batch pending, Submission submission) {
        Instant now = later(tenure.latest, now());
        tenure.latest = now;
        long began = System.nanoTime();
        Decision decision;
        try {
            decision = tenure.scheduler.decide(tenure.state, submission.event(), now);
        } catch (RuntimeException bug) {
            // The state may be half altered: this event's sender is told, and the state is read again.
            LOG.errorf(
                    bug,
                    "cell %s could not decide %s",
                    settings.cell(),
                    submission.event().getClass().getSimpleName());
            submission.sender().completeExceptionally(bug);
            throw new IllegalStateException("an event could not be decided", bug);
        }
        metrics.decided(System.nanoTime() - began);
        if (tenure.log != null) {
            tenure.log.decided(now, submission.event(), decision);
        }
        tenure.look(decision);
        pending.add(submission, decision, now, tenure);
    }

    private CompletableFuture<Void> commit(Tenure tenure, Batch batch) {
        if (!batch.hasWrites()) {
            return CompletableFuture.completedFuture(null);
        }
        long began = System.nanoTime();
        Future<Void> written = writer.write(batch, tenure.epoch, tenure.state.nextSequence());
        CompletableFuture<Void> commit = new CompletableFuture<>();
        written.onComplete(done -> {
            metrics.committed(batch.size(), System.nanoTime() - began);
            if (done.succeeded()) {
                commit.complete(null);
            } else {
                commit.completeExceptionally(done.cause());
            }
            if (!inbox.offer(WAKE_UP)) {
                LOG.debug("the inbox is full, so the cell's thread is awake");
            }
        });
        return commit;
    }

    private void publish(Batch batch) {
        for (CommitListener listener : listeners) {
            listener.committed(batch.changes(), batch.at());
        }
        for (int i = 0; i < batch.submissions().size(); i++) {
            batch.submissions().get(i).sender().complete(batch.answers().get(i));
        }
    }

    /** A last chance for what is being committed; what is only pending was not acknowledged to anyone. */
    private void leave(Tenure tenure, @Nullable Batch committing, CompletableFuture<Void> commit) {
        try {
            await(commit);
            if (committing != null) {
                publish(committing);
            }
            lease.release(tenure.epoch);
        } catch (RuntimeException e) {
            LOG.debugf("cell %s is left without a release: %s", settings.cell(), e.getMessage());
        }
    }

    private static void await(CompletableFuture<Void> commit) {
        try {
            commit.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a commit", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a commit failed: " + e.getMessage(), e);
        }
    }

    private static void fail(@Nullable Batch batch) {
        if (batch != null) {
            batch.submissions().forEach(Cell::fail);
        }
    }

    private static void fail(Submission submission) {
        submission
                .sender()
                .completeExceptionally(new CellUnavailableException("the cell is reading its state again", COME_AGAIN));
    }

    private void failAll() {
        Submission waiting = inbox.poll();
        while (waiting != null) {
            if (!isWakeUp(waiting)) {
                fail(waiting);
            }
            waiting = inbox.poll();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the tenure, letting the cell go for others. */
    @Override
    public void close() {
        role.set(Role.CLOSED);
        if (!inbox.offer(WAKE_UP)) {
            LOG.debug("the inbox is full, so the cell's thread is awake");
        }
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        failAll();
    }
}
