package dev.warmfront.spi;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes providers over one fake cloud: region {@code fake}, zone {@code a}, one machine type {@code fake.small}. */
public final class FakeProviderFactory implements ComputeProviderFactory {

    private static final HourlyRate HOT = HourlyRate.ofDollars(new BigDecimal("0.10"));
    private static final HourlyRate STANDBY = HourlyRate.ofDollars(new BigDecimal("0.01"));

    private final FakeCloud cloud;
    private final Set<Capability> capabilities;

    /**
     * @param capabilities what its providers declare and do
     */
    public FakeProviderFactory(FakeCloud cloud, Set<Capability> capabilities) {
        this.cloud = cloud;
        this.capabilities = Set.copyOf(capabilities);
    }

    @Override
    public String kind() {
        return "fake";
    }

    @Override
    public List<Setting> settings() {
        return List.of();
    }

    @Override
    public FakeProvider create(ProviderId id, Map<String, String> settings) {
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException(
                    "setting " + new TreeMap<>(settings).firstKey() + " is unknown: the fake cloud has none");
        }
        Offering offering = hotOnly(id, PurchaseModel.ON_DEMAND).withStandby(standbyRates());
        return new FakeProvider(
                cloud,
                capabilities,
                capabilities.contains(Capability.SPOT)
                        ? List.of(offering, hotOnly(id, PurchaseModel.SPOT))
                        : List.of(offering));
    }

    private static Offering hotOnly(ProviderId id, PurchaseModel model) {
        return Offering.hotOnly(
                new Placement(id, "fake", "a"),
                new MachineType("fake.small", Resources.of(1_000, 1L << 30)),
                model,
                HOT);
    }

    private Map<StandbyMode, HourlyRate> standbyRates() {
        return capabilities.stream()
                .map(Capability::standbyMode)
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(mode -> mode, mode -> STANDBY));
    }
}
