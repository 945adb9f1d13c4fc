package dev.warmfront.domain;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that can be launched: a machine type in a placement under a purchase model, at a price.
 *
 * @param placement where
 * @param machineType what
 * @param purchaseModel how it is bought
 * @param hotRate price while it runs, whether idle or busy
 * @param standbyRates price of holding it in each standby mode that the provider has for it; a mode that is absent does
 *     not exist for this offering
 */
public record Offering(
        Placement placement,
        MachineType machineType,
        PurchaseModel purchaseModel,
        HourlyRate hotRate,
        SortedMap<StandbyMode, HourlyRate> standbyRates) {

    public Offering {
        standbyRates = Collections.unmodifiableSortedMap(new TreeMap<>(standbyRates));
    }

    /** An offering that knows no standby. */
    public static Offering hotOnly(
            Placement placement, MachineType machineType, PurchaseModel purchaseModel, HourlyRate hotRate) {
        return new Offering(placement, machineType, purchaseModel, hotRate, Collections.emptySortedMap());
    }

    /** The same offering with these standby prices. */
    public Offering withStandby(Map<StandbyMode, HourlyRate> rates) {
        EnumMap<StandbyMode, HourlyRate> copy = new EnumMap<>(StandbyMode.class);
        copy.putAll(rates);
        return new Offering(placement, machineType, purchaseModel, hotRate, new TreeMap<>(copy));
    }

    /** Whether the other has the same {@link #id()}, which is long to put together: another price makes no other offering. */
    public boolean hasIdOf(Offering other) {
        return purchaseModel == other.purchaseModel
                && machineType.name().equals(other.machineType.name())
                && placement.equals(other.placement);
    }

    /** The name by which rows, tags and logs know it: {@code provider/region/zone/type/purchase-model}. */
    public OfferingId id() {
        return new OfferingId(placement + "/" + machineType.name() + "/"
                + (purchaseModel == PurchaseModel.SPOT ? "spot" : "on-demand"));
    }
}
