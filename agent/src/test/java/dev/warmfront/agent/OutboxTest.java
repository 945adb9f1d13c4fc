package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final AttemptKey KEY = new AttemptKey("acme", "t", 1);

    private static Report sample(long number) {
        return new Report.Samples(KEY, List.of(new Report.Sample(Instant.EPOCH, number, 0, 0, 0)));
    }

    private static List<Report> drain(Outbox outbox) throws InterruptedException {
        List<Report> all = new ArrayList<>();
        while (!(all.size() > 0 && all.getLast() instanceof Report.Interrupted)) {
            all.addAll(outbox.take());
            outbox.acknowledge();
        }
        return all;
    }

    @Test
    void dropsTheOldestSamplesAndNothingElse() throws Exception {
        Outbox outbox = new Outbox();
        outbox.add(new Report.Started(KEY, Instant.EPOCH, 1));
        for (int i = 0; i < Outbox.MAX_SAMPLES + 10; i++) {
            outbox.add(sample(i));
        }
        outbox.add(new Report.Interrupted("preemption", null));
        List<Report> all = drain(outbox);
        assertThat(all).hasSize(Outbox.MAX_SAMPLES + 2);
        assertThat(all.getFirst()).isInstanceOf(Report.Started.class);
        assertThat(all.get(1)).isEqualTo(sample(10));
    }

    @Test
    void givesWhatIsNotAcknowledgedAgain() throws Exception {
        Outbox outbox = new Outbox();
        outbox.add(sample(1));
        assertThat(outbox.take()).containsExactly(sample(1));
        outbox.add(new Report.Interrupted("preemption", null));
        assertThat(outbox.take()).containsExactly(sample(1), new Report.Interrupted("preemption", null));
        outbox.dropSentSamples();
        assertThat(outbox.take()).containsExactly(new Report.Interrupted("preemption", null));
    }

    @Test
    void putsTheSamplesOfOneAttemptTogether() {
        Json.Obj body = (Json.Obj) Outbox.toJson(List.of(
                new Report.Started(KEY, Instant.EPOCH, 1),
                sample(1),
                new Report.Interrupted("preemption", null),
                sample(2)));
        assertThat(body.items("reports")).hasSize(3);
        assertThat(((Json.Obj) body.items("reports").get(1)).items("samples")).hasSize(2);
    }
}
