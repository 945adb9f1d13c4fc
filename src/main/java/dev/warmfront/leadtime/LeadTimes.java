package dev.warmfront.leadtime;

import dev.warmfront.cell.CellConfig;
import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.LeadQuantiles;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.vertx.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lead times of the cell's own launches, wakes and stops. All is learned from what was committed: from rows when this process
 * starts or takes the cell, then from changes as they come, so nothing needs to be kept besides.
 */
@ApplicationScoped
public class LeadTimes implements CommitListener, LeadQuantiles {

    private static final Logger LOG = Logger.getLogger(LeadTimes.class);

    /** Each offering remembers fewer; a cell may have a hundred of them. */
    private static final int INSTANCES = 5_000;

    /** Changes that came while the rows were read, at most: they are in the rows of the next reading. */
    private static final int MOST_WAITING = 100_000;

    private final Pool pool;
    private final String cell;
    private final MeterRegistry registry;
    private final LeadTimeBook book = new LeadTimeBook();
    private final Object lock = new Object();
    private Passages passages = new Passages(this::learn);

    /** What came while rows are read; null while none are. */
    private @Nullable List<Runnable> waiting;

    private long tenure;

    LeadTimes(CellConfig config, Pool pool, MeterRegistry registry) {
        this.cell = config.id();
        this.pool = pool;
        this.registry = registry;
    }

    // Before the cell starts: its policies ask at once.
    void start(@Observes @Priority(1_800) StartupEvent event) {
        long began;
        synchronized (lock) {
            began = ++tenure;
            waiting = new ArrayList<>();
        }
        read(began);
    }

    private void learn(OfferingId offering, Way way, Phase phase, Duration took) {
        book.add(offering, way, phase, took);
        Timer.builder("warmfront.lead")
                .description("time from the decision to launch, wake or stop an instance until it got so far")
                .tag("provider", offering.value().split("/", 2)[0])
                .tag("way", way.name().toLowerCase(Locale.ROOT))
                .tag("phase", phase.name().toLowerCase(Locale.ROOT))
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        long began;
        synchronized (lock) {
            began = ++tenure;
            waiting = new ArrayList<>();
        }
        Thread.ofVirtual().name("lead-times").start(() -> read(began));
    }

    private void read(long began) {
        LeadTimeBook anew = new LeadTimeBook();
        Passages past = new Passages(anew::add);
        boolean whole = true;
        try {
            HistoryReader.read(pool, cell, INSTANCES, past);
        } catch (RuntimeException failed) {
            LOG.warnf("lead times are learned from now on only: %s", failed.getMessage());
            whole = false;
        }
        synchronized (lock) {
            List<Runnable> came = waiting;
            if (tenure != began || came == null) {
                return;
            }
            waiting = null;
            passages = new Passages(this::learn);
            if (whole) {
                book.become(anew);
                past.handOver(passages);
            }
            came.forEach(Runnable::run);
        }
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        synchronized (lock) {
            for (Change change : changes) {
                if (change instanceof Change.InstanceChanged(Instance after, var trigger, var reason)
                        && trigger != null) {
                    soon(() -> passages.moved(
                            after.id(), after.offering().id(), trigger, after.standbyMode(), after.stateSince()));
                } else if (change instanceof Change.IntentChanged(Intent intent)
                        && intent.kind() == Intent.Kind.START
                        && intent.outcome() instanceof ProviderOutcome.Accepted) {
                    soon(() -> passages.accepted(intent.instance(), at));
                }
            }
        }
    }

    private void soon(Runnable change) {
        if (waiting == null) {
            change.run();
        } else if (waiting.size() < MOST_WAITING) {
            waiting.add(change);
        }
    }

    @Override
    public void released() {
        synchronized (lock) {
            tenure++;
            waiting = null;
            passages = new Passages(this::learn);
        }
    }

    @Override
    public Optional<Duration> quantile(Offering offering, Way way, Phase phase, double probability) {
        return book.quantile(offering, way, phase, probability);
    }

    /** What is known of a provider's offerings. */
    List<LeadTimeBook.Known> of(String provider) {
        return book.of(provider);
    }
}
