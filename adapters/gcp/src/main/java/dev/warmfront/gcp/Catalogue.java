package dev.warmfront.gcp;

import dev.warmfront.cost.BillingRules;
import dev.warmfront.cost.BillingRules.Address;
import dev.warmfront.cost.BillingRules.Machine;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.gcp.Target.Candidate;
import dev.warmfront.spi.SettingValues;
import dev.warmfront.spi.Shapes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What can be launched: the settings' types in the zones that have them, at the price book's prices. */
final class Catalogue {

    static final String ANY_ZONE = "any";

    /** The price book's name of the provider, whatever this one is called in the configuration. */
    private static final ProviderId BOOK = new ProviderId("gcp");

    /** Machines with more memory cannot be suspended. */
    private static final long MOST_SUSPENDED_BYTES = 208L << 30;

    /** The price list's names of GPUs where other clouds call the same device otherwise: a task asks for one name. */
    private static final Map<String, String> GPU_NAMES =
            Map.of("A100", "A100-40GB", "H100-80GB", "H100", "H100-80GB-MEGA", "H100");

    private final ProviderId id;
    private final GcpSettings settings;
    private final Gce gce;
    private final BillingRules rules = BillingRules.of(BOOK).orElseThrow();
    private final Map<String, ListedPrice> listed = new LinkedHashMap<>();
    private final Map<String, Resources> shapes = new LinkedHashMap<>();
    private volatile Map<OfferingId, Target> targets = Map.of();

    /**
     * @throws IllegalArgumentException when a type has no price: it would be launched and nobody could say what it costs
     */
    Catalogue(ProviderId id, GcpSettings settings, Gce gce) {
        this.id = id;
        this.settings = settings;
        this.gce = gce;
        for (String type : settings.cloud().allTypes()) {
            ListedPrice price = settings.prices()
                    .find(BOOK, settings.cloud().region(), type)
                    .orElseThrow(() -> SettingValues.bad(
                            settings.cloud().machineTypes().contains(type) ? "machine-types" : "groups",
                            "names %s, which has no price in %s: add it by the setting prices-file"
                                    .formatted(type, settings.cloud().region())));
            listed.put(type, price);
            shapes.put(type, renamed(price.capacity()));
        }
    }

    private static Resources renamed(Resources capacity) {
        TreeMap<String, Long> gpus = new TreeMap<>();
        capacity.gpuMillis().forEach((name, millis) -> gpus.put(GPU_NAMES.getOrDefault(name, name), millis));
        return new Resources(capacity.cpuMillis(), capacity.memoryBytes(), gpus);
    }

    /** Whether any type has GPUs. */
    boolean hasGpus() {
        return shapes.values().stream().anyMatch(shape -> !shape.gpuMillis().isEmpty());
    }

    /** Asks Compute Engine which zones have which types, once; empty when it has none of them. */
    synchronized List<Offering> offerings() throws IOException {
        if (targets.isEmpty()) {
            targets = make(zones());
        }
        return targets.values().stream().map(Target::offering).toList();
    }

    /** What to ask for an offering. */
    Optional<Target> find(Offering offering) throws IOException {
        if (targets.isEmpty()) {
            offerings();
        }
        return Optional.ofNullable(targets.get(offering.id()))
                .filter(target -> target.offering().machineType().equals(offering.machineType()));
    }

    /** The zones of each type. */
    private Map<String, Set<String>> zones() throws IOException {
        Set<String> plain = listed.keySet().stream()
                .map(type -> MachineName.parse(type).type())
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, Set<String>> zones = new LinkedHashMap<>();
        for (String zone : settings.zones()) {
            Set<String> there = gce.types(zone, plain);
            for (String type : listed.keySet()) {
                if (there.contains(MachineName.parse(type).type())) {
                    zones.computeIfAbsent(type, t -> new LinkedHashSet<>()).add(zone);
                }
            }
        }
        return zones;
    }

    private Map<OfferingId, Target> make(Map<String, Set<String>> zones) {
        Map<OfferingId, Target> made = new LinkedHashMap<>();
        for (PurchaseModel model :
                settings.cloud().spot() ? List.of(PurchaseModel.values()) : List.of(PurchaseModel.ON_DEMAND)) {
            for (String type : settings.cloud().machineTypes()) {
                for (String zone : zones.getOrDefault(type, Set.of())) {
                    put(made, zone, type, List.of(type), model, Map.of(type, Set.of(zone)));
                }
            }
            settings.cloud()
                    .groups()
                    .forEach((name, members) -> put(made, ANY_ZONE, "group." + name, members, model, zones));
        }
        return Collections.unmodifiableMap(made);
    }

    /**
     * One type in one zone, or a group. A group has the least of its members' shapes and the highest of their prices: a task
     * that fits fits on each, and what is expected of it is never below the bill.
     */
    private void put(
            Map<OfferingId, Target> made,
            String zone,
            String name,
            List<String> members,
            PurchaseModel model,
            Map<String, Set<String>> zones) {
        List<Candidate> candidates = new ArrayList<>();
        for (String type : members) {
            Optional<HourlyRate> rate = price(type).rate(model);
            for (String where : zones.getOrDefault(type, Set.of())) {
                rate.ifPresent(price -> candidates.add(new Candidate(
                        type,
                        where,
                        price.nanosPerHour(),
                        rules.hotRate(machine(price, shape(type))),
                        !shape(type).gpuMillis().isEmpty())));
            }
        }
        if (candidates.isEmpty()) {
            return;
        }
        HourlyRate dearest = new HourlyRate(
                candidates.stream().mapToLong(Candidate::nanosPerHour).max().orElseThrow());
        Resources least = Shapes.least(
                candidates.stream().map(candidate -> shape(candidate.type())).toList());
        Resources most = candidates.stream()
                .map(candidate -> shape(candidate.type()))
                .max((a, b) -> Long.compare(a.memoryBytes(), b.memoryBytes()))
                .orElseThrow();
        boolean suspends = candidates.stream().noneMatch(Candidate::gpus)
                && candidates.stream().noneMatch(candidate -> candidate.type().contains("metal"))
                && most.memoryBytes() <= MOST_SUSPENDED_BYTES;
        Offering offering = Offering.hotOnly(
                        new Placement(id, settings.cloud().region(), zone),
                        new MachineType(name, least),
                        model,
                        rules.hotRate(machine(dearest, most)))
                .withStandby(standby(machine(dearest, most), model, suspends));
        made.put(offering.id(), new Target(offering, List.copyOf(candidates)));
    }

    private Machine machine(HourlyRate compute, Resources shape) {
        return new Machine(
                compute,
                shape,
                (long) settings.diskGibibytes() << 30,
                settings.cloud().publicAddress() ? Address.EPHEMERAL : Address.NONE);
    }

    /** Spot instances here are deleted when they are taken back, and only end. */
    private Map<StandbyMode, HourlyRate> standby(Machine machine, PurchaseModel model, boolean suspends) {
        EnumMap<StandbyMode, HourlyRate> rates = new EnumMap<>(StandbyMode.class);
        if (model == PurchaseModel.ON_DEMAND) {
            rules.standbyRate(machine, StandbyMode.STOPPED).ifPresent(rate -> rates.put(StandbyMode.STOPPED, rate));
            if (suspends) {
                rules.standbyRate(machine, StandbyMode.SUSPENDED)
                        .ifPresent(rate -> rates.put(StandbyMode.SUSPENDED, rate));
            }
        }
        return rates;
    }

    private ListedPrice price(String type) {
        ListedPrice price = listed.get(type);
        if (price == null) {
            throw new IllegalStateException("no price of " + type);
        }
        return price;
    }

    private Resources shape(String type) {
        Resources shape = shapes.get(type);
        if (shape == null) {
            throw new IllegalStateException("no shape of " + type);
        }
        return shape;
    }
}
