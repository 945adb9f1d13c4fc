package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StockMemoryTest {

    private static final Duration HALF_LIFE = Duration.ofMinutes(10);

    private final AtomicLong now = new AtomicLong();
    private final StockMemory memory = new StockMemory(HALF_LIFE, now::get);

    @Test
    void halvesTheChanceAfterOneStockOutAndRecoversWithTime() {
        assertThat(memory.chance("a")).isEqualTo(0.9);
        memory.lacked("a");
        assertThat(memory.chance("a")).isEqualTo(0.45);
        now.addAndGet(HALF_LIFE.toNanos());
        assertThat(memory.chance("a")).isCloseTo(0.6, within(1e-9));
        now.addAndGet(HALF_LIFE.multipliedBy(20).toNanos());
        assertThat(memory.chance("a")).isCloseTo(0.9, within(1e-5));
    }

    @Test
    void believesMoreTheMoreItHasSeen() {
        memory.lacked("a");
        memory.lacked("b");
        memory.lacked("b");
        memory.had("c");
        assertThat(memory.chance("b")).isLessThan(memory.chance("a")).isPositive();
        assertThat(memory.chance("c")).isGreaterThan(memory.chance("never")).isLessThan(1);
    }

    @Test
    void prefersTheDearerOneThatIsThereToTheCheaperOneThatIsNot() {
        memory.lacked("cheap");
        memory.lacked("cheap");
        assertThat(memory.expectedCost("dear", 150)).isLessThan(memory.expectedCost("cheap", 100));
        assertThat(memory.expectedCost("other", 100)).isLessThan(memory.expectedCost("dear", 150));
    }
}
