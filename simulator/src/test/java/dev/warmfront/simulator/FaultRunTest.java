package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * {@code -Dwarmfront.fault-seeds=100000} runs more of them, {@code -Dwarmfront.seed=N} one alone.
 */
final class FaultRunTest {

    private static final int SEEDS = 2_000;

    /** Each of the broken ones is found within so many. */
    private static final int ENOUGH = 100;

    private static Optional<InvariantViolation> violation(long seed, Supplier<Decider> deciders) {
        return violation(seed, deciders, lived -> {});
    }

    private static Optional<InvariantViolation> violation(
            long seed, Supplier<Decider> deciders, Consumer<FaultRun.Lived> after) {
        try {
            after.accept(FaultRun.live(seed, deciders));
            return Optional.empty();
        } catch (InvariantViolation violation) {
            return Optional.of(violation);
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError(
                    "fails for seed " + seed + "; replay it alone with -Dwarmfront.seed=" + seed, failure);
        }
    }

    @Test
    void noInvariantIsEverViolatedHoweverMuchGoesWrong() {
        Long one = Long.getLong("warmfront.seed");
        LongStream seeds = one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Integer.getInteger("warmfront.fault-seeds", SEEDS));
        // Not thrown in the stream: what a thread of the pool throws is told again without its words.
        List<String> violated = Collections.synchronizedList(new ArrayList<>());
        Set<ReservationTrigger> reserved = Collections.synchronizedSet(EnumSet.noneOf(ReservationTrigger.class));
        seeds.parallel().forEach(seed -> violation(seed, FaultRun::sound, lived -> reserved.addAll(lived.reserved()))
                .ifPresent(violation -> violated.add("seed " + seed + ": " + violation.getMessage())));
        assertThat(violated)
                .as("violations; replay one alone with -Dwarmfront.seed=SEED")
                .isEmpty();
        if (one == null) {
            assertThat(reserved)
                    .as("what moved reservations in any of them")
                    .containsExactlyInAnyOrder(ReservationTrigger.values());
        }
    }

    @Test
    void aSeedIsOneHistory() {
        assertThat(FaultRun.live(17, FaultRun::sound)).isEqualTo(FaultRun.live(17, FaultRun::sound));
    }

    /** A scheduler broken on purpose. */
    private abstract static class Broken implements Decider {
        final Scheduler sound = Scheduler.reacting();

        @Override
        public abstract Decision decide(CellState state, Event event, Instant now);
    }

    private static String foundFirst(Supplier<Decider> broken) {
        OptionalLong seed = LongStream.rangeClosed(1, ENOUGH)
                .filter(candidate -> violation(candidate, broken).isPresent())
                .findFirst();
        assertThat(seed).as("found within " + ENOUGH + " seeds").isPresent();
        return violation(seed.getAsLong(), broken)
                .map(InvariantViolation::invariant)
                .orElse("");
    }

    @Test
    void findsASchedulerThatBelievesReportsOfOldAttempts() {
        assertThat(foundFirst(() -> new Broken() {
                    @Override
                    public Decision decide(CellState state, Event event, Instant now) {
                        if (event instanceof Event.AttemptFinished finished) {
                            Task task = state.task(finished.attempt().task());
                            if (task != null && task.instance() != null) {
                                // Whoever says that it ended, it ended.
                                AttemptId live = task.attemptId();
                                return sound.decide(
                                        state,
                                        new Event.AttemptFinished(task.instance(), live, finished.result()),
                                        now);
                            }
                        }
                        return sound.decide(state, event, now);
                    }
                }))
                .isEqualTo("I2");
    }

    @Test
    void findsASchedulerThatTakesSilenceForDeath() {
        assertThat(foundFirst(() -> new Broken() {
                    @Override
                    public Decision decide(CellState state, Event event, Instant now) {
                        return event instanceof Event.InstanceSilent(var instance)
                                ? sound.decide(state, new Event.InstanceGone(instance), now)
                                : sound.decide(state, event, now);
                    }
                }))
                .as("its tasks run again elsewhere while they still run there")
                .isEqualTo("I2");
    }

    @Test
    void findsASchedulerThatLosesChargesOfSharedMachines() {
        assertThat(foundFirst(() -> new Broken() {
                    @Override
                    public Decision decide(CellState state, Event event, Instant now) {
                        Decision decision = sound.decide(state, event, now);
                        long charges = decision.changes().stream()
                                .filter(Change.ChargeMade.class::isInstance)
                                .count();
                        List<Change> kept = decision.changes().stream()
                                .filter(change -> charges < 3 || !(change instanceof Change.ChargeMade))
                                .toList();
                        return new Decision(decision.answer(), kept);
                    }
                }))
                .isEqualTo("I6");
    }

    @Test
    void findsASchedulerThatAcknowledgesWhatItDoesNotTake() {
        assertThat(foundFirst(() -> new Broken() {
                    @Override
                    public Decision decide(CellState state, Event event, Instant now) {
                        boolean crowded = state.tasks().size() > 10;
                        return crowded && event instanceof Event.TasksSubmitted
                                ? new Decision(Answer.DONE, List.of())
                                : sound.decide(state, event, now);
                    }
                }))
                .isEqualTo("I1");
    }

    @Test
    void findsASchedulerThatDecidesByChance() {
        AtomicInteger made = new AtomicInteger();
        Supplier<Decider> moody = () -> new Broken() {
            private final int mood = made.getAndIncrement() % 7;
            private int ticks;

            @Override
            public Decision decide(CellState state, Event event, Instant now) {
                boolean skip = event instanceof Event.Tick && ticks++ % 7 == mood;
                return skip ? new Decision(Answer.DONE, List.of()) : sound.decide(state, event, now);
            }
        };
        assertThat(foundFirst(moody)).isEqualTo("I8");
    }
}
