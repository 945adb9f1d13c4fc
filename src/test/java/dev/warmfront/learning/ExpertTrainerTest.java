package dev.warmfront.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.History;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.TrainedExpert;
import java.io.DataInput;
import java.io.DataOutput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExpertTrainerTest {

    /** Is due as long as it was not trained often enough; may fail at it. */
    private static final class Pupil implements TrainedExpert {
        final CountDownLatch lessons;
        final AtomicInteger taken = new AtomicInteger();
        final boolean fails;

        Pupil(int wanted, boolean fails) {
            this.lessons = new CountDownLatch(wanted);
            this.fails = fails;
        }

        @Override
        public boolean isDue() {
            return lessons.getCount() > 0;
        }

        @Override
        public void train(Duration budget) {
            taken.incrementAndGet();
            lessons.countDown();
            if (fails) {
                throw new IllegalStateException("does not want to learn");
            }
        }

        @Override
        public void writeModel(DataOutput out) {}

        @Override
        public void readModel(SeriesShape shape, DataInput in) {}

        @Override
        public String name() {
            return "pupil";
        }

        @Override
        public int stateSize(SeriesShape shape) {
            return 0;
        }

        @Override
        public int ticketSize(SeriesShape shape) {
            return 1;
        }

        @Override
        public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
            return false;
        }

        @Override
        public void quantiles(
                SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {}

        @Override
        public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {}
    }

    @Test
    void trainsWhatIsDueAndGoesOnAfterAFailure() throws InterruptedException {
        Pupil failing = new Pupil(2, true);
        Pupil willing = new Pupil(2, false);
        List<Expert> experts = List.of(failing, willing);
        ExpertTrainer trainer = new ExpertTrainer(
                List.of(new SeriesShape(10, List.of(1), experts)), Duration.ofMillis(1), Duration.ofSeconds(1));

        trainer.start();

        assertThat(failing.lessons.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(willing.lessons.await(10, TimeUnit.SECONDS)).isTrue();
        trainer.stop();
        assertThat(willing.taken).hasValue(2);
    }
}
