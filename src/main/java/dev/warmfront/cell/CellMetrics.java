package dev.warmfront.cell;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the cell's thread does with its time. */
final class CellMetrics {

    private final Timer decide;
    private final Timer commit;
    private final DistributionSummary batch;

    CellMetrics(MeterRegistry registry) {
        this.decide = Timer.builder("warmfront.cell.decide")
                .description("time to decide one event")
                .register(registry);
        this.commit = Timer.builder("warmfront.cell.commit")
                .description("time from sending a batch to its commit")
                .register(registry);
        this.batch = DistributionSummary.builder("warmfront.cell.batch.events")
                .description("events in one commit")
                .register(registry);
    }

    void decided(long nanos) {
        decide.record(Duration.ofNanos(nanos));
    }

    void committed(int events, long nanos) {
        commit.record(Duration.ofNanos(nanos));
        batch.record(events);
    }
}
