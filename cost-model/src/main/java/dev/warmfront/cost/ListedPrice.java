package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one machine type costs in one region, as somebody published it on a day.
 *
 * @param provider whose catalogue it is: {@code aws} or {@code gcp} in the bundled book, a user's own in overrides
 * @param region the provider's region
 * @param machineType the provider's name of the type
 * @param capacity what the machine has, before an operating system or an agent takes its part
 * @param onDemand price while it runs, of the machine alone: disks and addresses are {@link BillingRules}' matter
 * @param spot mean spot price, or null where none was published
 * @param asOf the day of the price; the first of the month where only the month is known
 * @param source where the price was taken from, in words
 */
public record ListedPrice(
        ProviderId provider,
        String region,
        String machineType,
        Resources capacity,
        HourlyRate onDemand,
        @Nullable HourlyRate spot,
        LocalDate asOf,
        String source) {

    public ListedPrice {
        if (region.isBlank() || machineType.isBlank()) {
            throw new IllegalArgumentException("a listed price needs a region and a machine type");
        }
        if (capacity.cpuMillis() == 0 || capacity.memoryBytes() == 0) {
            throw new IllegalArgumentException("machine type " + machineType + " needs CPU and memory");
        }
    }

    /** The price under a purchase model; empty where the provider publishes none. */
    public Optional<HourlyRate> rate(PurchaseModel model) {
        return switch (model) {
            case ON_DEMAND -> Optional.of(onDemand);
            case SPOT -> Optional.ofNullable(spot);
        };
    }
}
