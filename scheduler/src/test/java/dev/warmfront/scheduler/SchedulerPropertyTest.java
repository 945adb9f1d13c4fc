package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SchedulerPropertyTest {

    private static final int SEEDS = 500;
    private static final int EVENTS = 220;

    @Test
    void whateverTheWorldDoesNothingIsLostDoubledOverfilledMixedOrMischarged() {
        Set<TransitionTable.Transition<?, ?>> visited = new HashSet<>();
        AtomicInteger worlds = new AtomicInteger();
        AtomicInteger reclaimed = new AtomicInteger();
        AtomicLong spentUp = new AtomicLong();
        AtomicInteger divided = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();

        Seeds.check(SEEDS, random -> {
            Checks checks = live(random, EVENTS);
            visited.addAll(checks.visited);
            reclaimed.addAndGet(checks.reclaimed);
            spentUp.addAndGet(checks.everSpentUp);
            divided.addAndGet(checks.givenToSpotOfADividedTenant);
            left.addAndGet(checks.leftToOthers);
            worlds.incrementAndGet();
        });
        if (worlds.get() >= SEEDS) {
            List<TransitionTable.Transition<?, ?>> untravelled = new ArrayList<>(InstanceLifecycle.TABLE.rows());
            untravelled.addAll(TaskLifecycle.TABLE.rows());
            untravelled.removeAll(visited);
            assertThat(untravelled)
                    .as("transitions that no world has gone through")
                    .isEmpty();
            assertThat(reclaimed).as("idle machines ended for demand").hasPositiveValue();
            assertThat(left)
                    .as("tasks beside machines that are left to other tenants")
                    .hasPositiveValue();
            assertThat(divided)
                    .as("tasks on spot machines whose tenants bound their share")
                    .hasPositiveValue();
            assertThat(spentUp)
                    .as("tenants without anything left of their budgets")
                    .hasPositiveValue();
        }
    }

    /** One life of one world: trouble, then health, then rest. */
    private static Checks live(RandomGenerator random, int events) {
        // Every fifth world has no mishaps but those that tenants and operators make: there a restored twin is exact.
        World world = new World(random, random.nextInt(5) == 0 ? 0 : 0.3 + random.nextDouble());
        Chaos chaos = new Chaos(world, random.nextInt(3) == 0);
        if (world.mishap > 0 && random.nextBoolean()) {
            world.providers.becomeScarce();
        }
        chaos.begin();
        chaos.submit();
        world.begin();
        while (world.decided() < events) {
            if (random.nextInt(6) == 0) {
                world.pass(Duration.ofMillis(random.nextInt(2000)));
                chaos.strike();
            } else {
                world.next();
            }
        }

        chaos.heal();
        world.tickEvery(Duration.ofSeconds(20));
        Instant patience = world.now.plus(Duration.ofHours(3));
        while (!world.cell.tasks().isEmpty()) {
            assertThat(world.now)
                    .as("tasks do not end in a healthy world: %s of %s", world.cell.tasks(), world.cell.instances())
                    .isBefore(patience);
            world.next();
        }

        chaos.rest();
        Instant rest = world.now.plus(Duration.ofMinutes(8));
        while (world.now.isBefore(rest)
                && !(world.cell.instances().isEmpty() && world.providers.alive().isEmpty())) {
            world.next();
        }

        world.checks.settled(world.providers.alive());
        assertThat(world.cell.instances()).as("all is released in the end").isEmpty();
        return world.checks;
    }
}
