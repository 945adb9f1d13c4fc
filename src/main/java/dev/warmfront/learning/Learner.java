package dev.warmfront.learning;

import dev.warmfront.cell.CellConfig;
import dev.warmfront.cell.CellService;
import dev.warmfront.forecast.ArrivalModel;
import dev.warmfront.forecast.ExpertProvider;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.problem.Problems;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of the cell's tasks up to date while this process owns the cell, on a thread of its own: the cell never
 * waits for it. All that it knows it has from rows, so it can be stopped anywhere, and lose anything, and learn it anew.
 */
@ApplicationScoped
public class Learner {

    private static final Logger LOG = Logger.getLogger(Learner.class);
    private static final int PAGE = 2_000;

    /** What is younger than this may not be all committed yet. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    /** A past comes in many pieces; it is learned when no more have come for this long. */
    private static final Duration CALM = Duration.ofSeconds(2);

    /** How long it learns at a stretch before it looks whether somebody asks. */
    private static final Duration TURN = Duration.ofMillis(100);

    private final CellService cell;
    private final LearningConfig config;
    private final EpisodeReader reader;
    private final LearnedArchive archive;
    private final List<SeriesShape> rungs;
    private final ExpertTrainer trainer;
    private final AccuracyMetrics metrics;
    private final CurveTeller curves;
    private final SuccessorTeller successors;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("learner").daemon().factory());

    private @Nullable Learned learned;
    private @Nullable Learned anew;
    private EpisodeReader.Stride stride = new EpisodeReader.Stride();
    private long wantedAnewNanos;
    private boolean wantedAnew;
    private long savedNanos;
    private String trouble = "";
    private volatile boolean stopped;
    private volatile long behindSeconds;
    private volatile long episodes;

    Learner(
            CellService cell,
            CellConfig cellConfig,
            LearningConfig config,
            Pool pool,
            MeterRegistry registry,
            CurveTeller curves,
            SuccessorTeller successors) {
        this.curves = curves;
        this.successors = successors;
        this.cell = cell;
        this.config = config;
        this.reader = new EpisodeReader(pool, cellConfig.id());
        this.archive = new LearnedArchive(pool, cellConfig.id());
        List<String> chosen = config.experts().orElse(List.of());
        this.rungs = ArrivalModel.standardRungs(
                slotSeconds -> StandardExperts.with(ServiceLoader.load(ExpertProvider.class), chosen, slotSeconds));
        this.trainer = new ExpertTrainer(rungs, config.trainEvery(), config.trainBudget());
        this.metrics = new AccuracyMetrics(registry);
        Gauge.builder("warmfront.learner.behind.seconds", this, learner -> learner.behindSeconds)
                .description("how far behind the present the learner is")
                .register(registry);
        Gauge.builder("warmfront.learner.episodes", this, learner -> learner.episodes)
                .description("submissions and ends of tasks learned from")
                .register(registry);
    }

    void start(@Observes @Priority(4_000) StartupEvent event) {
        again(config.every());
        trainer.start();
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        stopped = true;
        trainer.stop();
        try {
            thread.submit(this::saveQuietly).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException late) {
            LOG.warnf("what was learned since the last time was not kept: %s", late.getMessage());
        }
        thread.shutdownNow();
    }

    // A turn catches what goes wrong in it, so nobody has to look at its end.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void again(Duration pause) {
        if (!stopped) {
            try {
                thread.schedule(this::turn, pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException ending) {
                LOG.debug("the learner has ended");
            }
        }
    }

    /** What happened before the present is to be learned once more: a tenant has told of a past that was not known. */
    public void learnAnew() {
        thread.execute(() -> {
            wantedAnew = true;
            wantedAnewNanos = System.nanoTime();
        });
    }

    /**
     * Asks for what is known.
     *
     * @param question run on the learner's thread, which is the only one that may touch what it is given; keep nothing of it
     */
    <T> Uni<T> ask(Function<Learned, T> question) {
        return Uni.createFrom()
                .item(() -> {
                    Learned known = learned;
                    if (known == null) {
                        throw Problems.unavailable(
                                "The learner is starting; ask again in a moment.", Duration.ofSeconds(1));
                    }
                    return question.apply(known);
                })
                .runSubscriptionOn(thread);
    }

    private void turn() {
        boolean more = false;
        try {
            if (!cell.isOwner()) {
                learned = null;
                anew = null;
            } else {
                more = learn();
                trouble = "";
            }
        } catch (RuntimeException e) {
            String what = String.valueOf(e.getMessage());
            if (!what.equals(trouble)) {
                LOG.warnf("learning is put off: %s", what);
            }
            trouble = what;
        }
        again(more ? Duration.ZERO : config.every());
    }

    /** Learns for one turn; true where there is more to learn. */
    private boolean learn() {
        if (learned == null) {
            learned = load();
            savedNanos = System.nanoTime();
        }
        if (wantedAnew && System.nanoTime() - wantedAnewNanos > CALM.toNanos()) {
            wantedAnew = false;
            anew = empty();
            stride = new EpisodeReader.Stride();
        }
        boolean more = learn(anew == null ? learned : anew);
        if (!more && anew != null) {
            LOG.infof("learned anew from %d submissions and ends", anew.episodes());
            learned = anew;
            anew = null;
            save();
            more = true;
        }
        if (System.nanoTime() - savedNanos > config.saveEvery().toNanos()) {
            save();
        }
        return more;
    }

    private boolean learn(Learned into) {
        Instant now = Instant.now();
        Instant until = now.minus(SETTLED);
        long began = System.nanoTime();
        while (System.nanoTime() - began < TURN.toNanos()) {
            Instant end = stride.end(into.place().at(), until);
            List<Episode> page = reader.read(into.place(), end, PAGE);
            Map<EpisodeReader.Key, Samples> samples = reader.samples(page);
            for (Episode episode : page) {
                Samples own = samples.get(new EpisodeReader.Key(
                        episode.place().tenant(), episode.place().task()));
                into.learn(episode, own == null ? Samples.NONE : own);
            }
            behindSeconds = Duration.between(into.place().at(), now).toSeconds();
            episodes = into.episodes();
            if (page.size() == PAGE) {
                stride.tooLong();
            } else {
                into.passed(end);
                stride.done();
                if (!end.isBefore(until)) {
                    into.advance(until);
                    metrics.update(into);
                    curves.tell(into::curves, cell, until);
                    successors.tell(() -> into.successors(until), cell, until);
                    return false;
                }
            }
        }
        return true;
    }

    private Learned load() {
        Instant began = Instant.now();
        try {
            var kept = archive.load(in -> Learned.read(rungs, config.seriesMax(), config.tenantsMax(), in));
            if (kept.isPresent()) {
                LOG.infof(
                        "knows what was learned from %d submissions and ends, up to %s, read in %d ms",
                        kept.get().episodes(),
                        kept.get().place().at(),
                        Duration.between(began, Instant.now()).toMillis());
                return kept.get();
            }
        } catch (IOException unreadable) {
            LOG.infof("what was learned is learned anew from the tasks: %s", unreadable.getMessage());
        }
        return empty();
    }

    private Learned empty() {
        Instant earliest = Instant.now().minus(Duration.ofDays(config.windowDays()));
        Instant first = reader.first(earliest);
        return new Learned(
                rungs,
                config.seriesMax(),
                config.tenantsMax(),
                first == null ? Instant.now().minus(SETTLED) : first);
    }

    private void saveQuietly() {
        try {
            save();
        } catch (RuntimeException e) {
            LOG.warnf("what was learned since the last time was not kept: %s", e.getMessage());
        }
    }

    private void save() {
        if (learned != null) {
            archive.save(learned);
        }
        savedNanos = System.nanoTime();
    }
}
