package dev.warmfront.aws;

import dev.warmfront.aws.Target.Candidate;
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
import dev.warmfront.spi.SettingValues;
import dev.warmfront.spi.Shapes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.SpotPrice;
import software.amazon.awssdk.services.ec2.model.UsageClassType;

/**
 * What can be launched, made of three things: the settings' types, the price book's shapes and on-demand prices, and what
 * EC2 says of them (in which zones they are, whether they hibernate or come as spot, the spot price of the moment).
 */
final class Catalogue {

    /** The price book's name of the provider, whatever this one is called in the configuration. */
    private static final ProviderId BOOK = new ProviderId("aws");

    static final String ANY_ZONE = "any";

    /** Zones' spot prices change over hours; asking more often buys nothing. */
    private static final Duration SPOT_PRICES_FOR = Duration.ofMinutes(5);

    /** The limit of hibernation: no type with more memory. */
    private static final long MOST_HIBERNATED_BYTES = 150L << 30;

    /** What EC2 said; types and zones do not change while a control plane runs. */
    private record Facts(
            Map<String, InstanceTypeInfo> types,
            Map<String, Set<String>> zones,
            Map<String, HourlyRate> spot,
            Instant asOf) {}

    private final ProviderId id;
    private final AwsSettings settings;
    private final Ec2 ec2;
    private final InstantSource clock;
    private final BillingRules rules = BillingRules.of(BOOK).orElseThrow();
    private final Map<String, ListedPrice> listed;
    private volatile Map<OfferingId, Target> targets = Map.of();
    private @Nullable Facts facts;

    /**
     * @throws IllegalArgumentException when a type has no price: it would be launched and nobody could say what it costs
     */
    Catalogue(ProviderId id, AwsSettings settings, Ec2 ec2, InstantSource clock) {
        this.id = id;
        this.settings = settings;
        this.ec2 = ec2;
        this.clock = clock;
        this.listed = listed(settings);
    }

    private static Map<String, ListedPrice> listed(AwsSettings settings) {
        Map<String, ListedPrice> listed = new LinkedHashMap<>();
        for (String type : settings.cloud().allTypes()) {
            listed.put(
                    type,
                    settings.prices()
                            .find(BOOK, settings.cloud().region(), type)
                            .orElseThrow(() -> SettingValues.bad(
                                    settings.cloud().machineTypes().contains(type) ? "machine-types" : "groups",
                                    "names %s, which has no price in %s: add it by the setting prices-file"
                                            .formatted(type, settings.cloud().region()))));
        }
        return listed;
    }

    /** Whether any type has GPUs. */
    boolean hasGpus() {
        return listed.values().stream()
                .anyMatch(price -> !price.capacity().gpuMillis().isEmpty());
    }

    /** Asks EC2 where that is due. */
    synchronized List<Offering> offerings() {
        Instant now = clock.instant();
        Facts known = facts;
        if (known == null
                || (settings.cloud().spot()
                        && known.asOf().plus(SPOT_PRICES_FOR).isBefore(now))) {
            known = ask(known, now);
            facts = known;
        }
        Map<OfferingId, Target> made = new LinkedHashMap<>();
        for (PurchaseModel model :
                settings.cloud().spot() ? List.of(PurchaseModel.values()) : List.of(PurchaseModel.ON_DEMAND)) {
            for (String type : settings.cloud().machineTypes()) {
                for (String zone : settings.subnets().keySet()) {
                    single(type, zone, model, known)
                            .ifPresent(target -> made.put(target.offering().id(), target));
                }
            }
            for (Map.Entry<String, List<String>> group :
                    settings.cloud().groups().entrySet()) {
                group(group.getKey(), group.getValue(), model, known)
                        .ifPresent(target -> made.put(target.offering().id(), target));
            }
        }
        targets = Collections.unmodifiableMap(made);
        return made.values().stream().map(Target::offering).toList();
    }

    /** What to ask for an offering; the price may have changed since it was given. */
    Optional<Target> find(Offering offering) {
        if (targets.isEmpty()) {
            offerings();
        }
        return Optional.ofNullable(targets.get(offering.id()))
                .filter(target -> target.offering().machineType().equals(offering.machineType()));
    }

    private Facts ask(@Nullable Facts before, Instant now) {
        List<String> types = List.copyOf(listed.keySet());
        Map<String, InstanceTypeInfo> shapes = before != null
                ? before.types()
                : ec2.types(types).stream()
                        .collect(Collectors.toMap(InstanceTypeInfo::instanceTypeAsString, info -> info, (a, b) -> a));
        Map<String, Set<String>> zones = before != null ? before.zones() : zones(types);
        Map<String, HourlyRate> spot = settings.cloud().spot() ? spot(types, now) : Map.of();
        return new Facts(shapes, zones, spot, now);
    }

    private Map<String, Set<String>> zones(List<String> types) {
        return ec2.typesByZone(types).stream()
                .collect(Collectors.groupingBy(
                        offering -> offering.instanceTypeAsString(),
                        Collectors.mapping(offering -> offering.location(), Collectors.toSet())));
    }

    private Map<String, HourlyRate> spot(List<String> types, Instant now) {
        Map<String, HourlyRate> prices = new TreeMap<>();
        Map<String, Instant> newest = new TreeMap<>();
        for (SpotPrice price : ec2.spotPrices(types, now)) {
            String key = price.instanceTypeAsString() + "/" + price.availabilityZone();
            if (price.timestamp() == null
                    || newest.merge(key, price.timestamp(), (a, b) -> a.isAfter(b) ? a : b)
                            .equals(price.timestamp())) {
                prices.put(
                        key,
                        HourlyRate.ofDollars(new BigDecimal(price.spotPrice()).setScale(9, RoundingMode.HALF_EVEN)));
            }
        }
        return prices;
    }

    private Optional<Target> single(String type, String zone, PurchaseModel model, Facts known) {
        Optional<HourlyRate> compute = compute(type, zone, model, known);
        if (compute.isEmpty()) {
            return Optional.empty();
        }
        ListedPrice price = price(type);
        boolean hibernates = model == PurchaseModel.ON_DEMAND && hibernates(type, known);
        int disk = diskGibibytes(price.capacity(), hibernates);
        Machine machine = machine(compute.get(), price.capacity(), disk);
        Offering offering = new Offering(
                new Placement(id, settings.cloud().region(), zone),
                new MachineType(type, price.capacity()),
                model,
                rules.hotRate(machine),
                standby(machine, model, hibernates));
        return Optional.of(new Target(offering, List.of(candidate(type, zone, compute.get(), disk)), disk));
    }

    /**
     * A group has the least of its members' shapes and the highest of their prices: a task that fits fits on each, and what is
     * expected of it is never below the bill. GPUs that a member lacks are not offered.
     */
    private Optional<Target> group(String name, List<String> members, PurchaseModel model, Facts known) {
        boolean hibernates = model == PurchaseModel.ON_DEMAND
                && members.stream()
                        .filter(type -> settings.subnets().keySet().stream()
                                .anyMatch(zone ->
                                        compute(type, zone, model, known).isPresent()))
                        .allMatch(type -> hibernates(type, known));
        int disk = members.stream()
                .mapToInt(type -> diskGibibytes(price(type).capacity(), hibernates))
                .max()
                .orElseThrow();
        List<Candidate> candidates = new ArrayList<>();
        HourlyRate dearest = HourlyRate.FREE;
        for (String type : members) {
            for (String zone : settings.subnets().keySet()) {
                Optional<HourlyRate> compute = compute(type, zone, model, known);
                if (compute.isPresent()) {
                    candidates.add(candidate(type, zone, compute.get(), disk));
                    dearest = compute.get().compareTo(dearest) > 0 ? compute.get() : dearest;
                }
            }
        }
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        List<Resources> shapes = candidates.stream()
                .map(candidate -> price(candidate.type()).capacity())
                .toList();
        Resources least = Shapes.least(shapes);
        Machine machine = machine(dearest, least, disk);
        Offering offering = new Offering(
                new Placement(id, settings.cloud().region(), ANY_ZONE),
                new MachineType("group." + name, least),
                model,
                rules.hotRate(machine),
                standby(machine, model, hibernates));
        return Optional.of(new Target(offering, List.copyOf(candidates), disk));
    }

    private Candidate candidate(String type, String zone, HourlyRate compute, int diskGibibytes) {
        return new Candidate(
                type,
                zone,
                settings.subnets().getOrDefault(zone, ""),
                compute.nanosPerHour(),
                rules.hotRate(machine(compute, price(type).capacity(), diskGibibytes)));
    }

    /** The machine's own price there, or empty where it is not to be had. */
    private Optional<HourlyRate> compute(String type, String zone, PurchaseModel model, Facts known) {
        if (!known.zones().getOrDefault(type, Set.of()).contains(zone)) {
            return Optional.empty();
        }
        if (model == PurchaseModel.ON_DEMAND) {
            return Optional.of(price(type).onDemand());
        }
        InstanceTypeInfo info = known.types().get(type);
        if (info == null || !info.supportedUsageClasses().contains(UsageClassType.SPOT)) {
            return Optional.empty();
        }
        return Optional.ofNullable(known.spot().get(type + "/" + zone))
                .or(() -> price(type).rate(PurchaseModel.SPOT));
    }

    private ListedPrice price(String type) {
        ListedPrice price = listed.get(type);
        if (price == null) {
            throw new IllegalStateException("no price of " + type);
        }
        return price;
    }

    private boolean hibernates(String type, Facts known) {
        InstanceTypeInfo info = known.types().get(type);
        return settings.hibernate()
                && info != null
                && Boolean.TRUE.equals(info.hibernationSupported())
                && !Boolean.TRUE.equals(info.bareMetal())
                && price(type).capacity().gpuMillis().isEmpty()
                && price(type).capacity().memoryBytes() < MOST_HIBERNATED_BYTES;
    }

    /** A hibernating machine writes its memory to the root volume. */
    private int diskGibibytes(Resources shape, boolean hibernates) {
        long image = hibernates ? Math.ceilDiv(shape.memoryBytes(), 1L << 30) : 0;
        return Math.toIntExact(settings.diskGibibytes() + image);
    }

    private Machine machine(HourlyRate compute, Resources shape, int diskGibibytes) {
        return new Machine(
                compute,
                shape,
                (long) diskGibibytes << 30,
                settings.cloud().publicAddress() ? Address.EPHEMERAL : Address.NONE);
    }

    /** One-time spot instances can only end. */
    private SortedMap<StandbyMode, HourlyRate> standby(Machine machine, PurchaseModel model, boolean hibernates) {
        EnumMap<StandbyMode, HourlyRate> rates = new EnumMap<>(StandbyMode.class);
        if (model == PurchaseModel.ON_DEMAND) {
            rules.standbyRate(machine, StandbyMode.STOPPED).ifPresent(rate -> rates.put(StandbyMode.STOPPED, rate));
        }
        if (hibernates) {
            // The image lies on the root volume, which is priced already: its room is part of the disk.
            rates.put(StandbyMode.HIBERNATED, rates.getOrDefault(StandbyMode.STOPPED, HourlyRate.FREE));
        }
        return new TreeMap<>(rates);
    }
}
