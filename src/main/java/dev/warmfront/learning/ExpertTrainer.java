package dev.warmfront.learning;

import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.TrainedExpert;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Trains the experts whose models are trained apart, one after the other on a thread of the lowest priority: neither the cell
 * nor the learner waits for it. Without such experts there is no thread.
 */
final class ExpertTrainer {

    private static final Logger LOG = Logger.getLogger(ExpertTrainer.class);

    private final List<TrainedExpert> experts;
    private final Duration every;
    private final Duration budget;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
            .name("expert-trainer")
            .daemon()
            .priority(Thread.MIN_PRIORITY)
            .factory());
    private volatile boolean stopped;

    /**
     * @param every pause after a round
     * @param budget how long one training may take, about
     */
    ExpertTrainer(List<SeriesShape> rungs, Duration every, Duration budget) {
        this.experts = rungs.stream().flatMap(rung -> rung.trained().stream()).toList();
        this.every = every;
        this.budget = budget;
    }

    // A round catches what goes wrong in it, so nobody has to look at its end.
    @SuppressWarnings("FutureReturnValueIgnored")
    void start() {
        if (!experts.isEmpty()) {
            thread.scheduleWithFixedDelay(this::round, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends after the training under way, which is not waited for. */
    void stop() {
        stopped = true;
        thread.shutdownNow();
    }

    private void round() {
        for (TrainedExpert expert : experts) {
            if (stopped) {
                return;
            }
            try {
                if (expert.isDue()) {
                    long began = System.nanoTime();
                    expert.train(budget);
                    LOG.infof("%s trained in %d ms", expert.name(), (System.nanoTime() - began) / 1_000_000);
                }
            } catch (RuntimeException | LinkageError failed) {
                // An engine whose native code does not fit this machine shows as a LinkageError: the expert sleeps on.
                LOG.warnf("%s could not be trained: %s", expert.name(), failed.getMessage());
            }
        }
    }
}
