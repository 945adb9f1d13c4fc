package dev.warmfront.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Faults by chance, for game days. The same seed and the same order of calls give the same faults; calls from several
 * threads have no order, so then only the shares are the same.
 */
public final class RandomFaults implements FaultSource {

    /**
     * A fault with the share of calls that it strikes.
     *
     * @param percent of all calls, 0 to 100
     */
    private record Chance(Fault fault, int percent) {}

    private static final int ALL = 100;

    private final Random dice;
    private final List<Chance> chances = new ArrayList<>();

    /**
     * @param percents how many of a hundred calls each fault strikes; a call meets one at most
     * @throws IllegalArgumentException when a share is negative or all together are more than 100
     */
    public RandomFaults(long seed, Map<Fault, Integer> percents) {
        this.dice = new Random(seed);
        int sum = 0;
        for (Map.Entry<Fault, Integer> entry : percents.entrySet()) {
            if (entry.getValue() < 0) {
                throw new IllegalArgumentException("a share of faults is negative: " + entry);
            }
            sum += entry.getValue();
            chances.add(new Chance(entry.getKey(), entry.getValue()));
        }
        if (sum > ALL) {
            throw new IllegalArgumentException("the shares of faults make " + sum + " percent, more than all calls");
        }
        // A map's order is not defined; the dice must meet the faults in the same order in each run.
        chances.sort((a, b) -> a.fault().toString().compareTo(b.fault().toString()));
    }

    @Override
    public synchronized Optional<Fault> next(ProviderCall call) {
        int thrown = dice.nextInt(ALL);
        for (Chance chance : chances) {
            if (thrown < chance.percent()) {
                return Optional.of(chance.fault());
            }
            thrown -= chance.percent();
        }
        return Optional.empty();
    }
}
