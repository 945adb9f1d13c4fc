package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a provider bills an instance, as data. Variance between providers lives in the values, never in a branch on a name.
 *
 * @param minimumPerStart every start, first or resumed, is billed for at least this long
 * @param increment running time is rounded up to a multiple of this
 * @param diskPerGibibyte the root disk, billed from launch to end whatever the tier
 * @param address one public IPv4 address that the provider gives and takes back, billed while it runs
 * @param reservedAddress one address that stays the instance's own in standby, billed while it is stopped
 * @param standby what each standby mode adds; a mode that is absent does not exist there
 */
public record BillingRules(
        Duration minimumPerStart,
        Duration increment,
        HourlyRate diskPerGibibyte,
        HourlyRate address,
        HourlyRate reservedAddress,
        SortedMap<StandbyMode, StandbyRule> standby) {

    /**
     * How one standby mode is billed.
     *
     * @param memoryImagePerGibibyte price per GiB of the machine's memory while it is held; free where memory is dropped
     * @param stopBilled whether the way into standby is billed as running
     */
    public record StandbyRule(HourlyRate memoryImagePerGibibyte, boolean stopBilled) {}

    /** How an instance holds a public address. */
    public enum Address {
        NONE,
        /** Lost on stop. */
        EPHEMERAL,
        /** Kept in standby. */
        RESERVED
    }

    /**
     * The machine that is billed.
     *
     * @param compute its own price, {@link ListedPrice#onDemand} or spot
     * @param capacity its shape: memory decides the size of a memory image
     * @param diskBytes its root disk, ≥ 0
     * @param address its public address
     */
    public record Machine(HourlyRate compute, Resources capacity, long diskBytes, Address address) {

        public Machine {
            if (diskBytes < 0) {
                throw new IllegalArgumentException("a disk is negative: " + diskBytes);
            }
        }
    }

    /** Storage is priced by the month; providers' own calculators take 730 hours. */
    private static final BigDecimal HOURS_PER_MONTH = new BigDecimal(730);

    private static final BigInteger GIBIBYTE = BigInteger.ONE.shiftLeft(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /**
     * EC2: a minute at least at each start, then seconds. Pending is free, and so is stopping, unless it hibernates: then
     * it is billed, and the image takes room on the root volume. Stopped is EBS and an elastic address. gp3 and IPv4 list
     * prices of us-east-1, 2024 on.
     */
    private static final BillingRules EC2 = new BillingRules(
            MINUTE,
            SECOND,
            perMonth("0.08"),
            HourlyRate.ofDollars(new BigDecimal("0.005")),
            HourlyRate.ofDollars(new BigDecimal("0.005")),
            modes(Map.of(
                    StandbyMode.STOPPED, new StandbyRule(HourlyRate.FREE, false),
                    StandbyMode.HIBERNATED, new StandbyRule(perMonth("0.08"), true))));

    /**
     * Compute Engine: a minute at least, then seconds, until the state is TERMINATED or SUSPENDED, so stopping is billed.
     * Suspended keeps the memory image; its price here is that of SSD persistent disk and has to be checked against a real
     * bill. Disk: balanced persistent disk, us-central1.
     */
    private static final BillingRules COMPUTE_ENGINE = new BillingRules(
            MINUTE,
            SECOND,
            perMonth("0.10"),
            HourlyRate.ofDollars(new BigDecimal("0.005")),
            HourlyRate.ofDollars(new BigDecimal("0.01")),
            modes(Map.of(
                    StandbyMode.STOPPED, new StandbyRule(HourlyRate.FREE, true),
                    StandbyMode.SUSPENDED, new StandbyRule(perMonth("0.17"), true))));

    private static final Map<String, BillingRules> BY_PROVIDER = Map.of("aws", EC2, "gcp", COMPUTE_ENGINE);

    public BillingRules {
        if (minimumPerStart.isNegative() || increment.isNegative()) {
            throw new IllegalArgumentException("billing times are negative");
        }
        standby = Collections.unmodifiableSortedMap(new TreeMap<>(standby));
    }

    /** The published rules of {@code aws} or {@code gcp}; empty for others, which are {@link #ownHardware} or configured. */
    public static Optional<BillingRules> of(ProviderId provider) {
        return Optional.ofNullable(BY_PROVIDER.get(provider.value()));
    }

    /**
     * An operator's own hosts: nothing is billed but what is held. Everything between request and end occupies the host,
     * so transitions count as running.
     *
     * @param diskPerGibibyte price of disk
     * @param memoryPerGibibyte price of memory: a suspended guest keeps it
     */
    public static BillingRules ownHardware(HourlyRate diskPerGibibyte, HourlyRate memoryPerGibibyte) {
        return new BillingRules(
                Duration.ZERO,
                Duration.ZERO,
                diskPerGibibyte,
                HourlyRate.FREE,
                HourlyRate.FREE,
                modes(Map.of(
                        StandbyMode.STOPPED, new StandbyRule(HourlyRate.FREE, true),
                        StandbyMode.SUSPENDED, new StandbyRule(memoryPerGibibyte, true),
                        StandbyMode.HIBERNATED, new StandbyRule(diskPerGibibyte, true))));
    }

    /** These rules with another price of one standby mode, for a user whose bill says otherwise. */
    public BillingRules withStandby(StandbyMode mode, StandbyRule rule) {
        TreeMap<StandbyMode, StandbyRule> changed = new TreeMap<>(standby);
        changed.put(mode, rule);
        return new BillingRules(minimumPerStart, increment, diskPerGibibyte, address, reservedAddress, changed);
    }

    /** c_H: the machine, its disk and its address. */
    public HourlyRate hotRate(Machine machine) {
        HourlyRate atWork = machine.address() == Address.NONE ? HourlyRate.FREE : address;
        return sum(machine.compute(), perGibibyte(diskPerGibibyte, machine.diskBytes()), atWork);
    }

    /** c_S: disk, memory image and a reserved address. Empty where the mode does not exist. */
    public Optional<HourlyRate> standbyRate(Machine machine, StandbyMode mode) {
        return Optional.ofNullable(standby.get(mode))
                .map(rule -> sum(
                        perGibibyte(diskPerGibibyte, machine.diskBytes()),
                        perGibibyte(
                                rule.memoryImagePerGibibyte(),
                                machine.capacity().memoryBytes()),
                        machine.address() == Address.RESERVED ? reservedAddress : HourlyRate.FREE));
    }

    /**
     * What one start that ran so long is billed for: rounded up to the increment, and at least the minimum.
     *
     * @param ran running time since the start, ≥ 0
     */
    public Duration billed(Duration ran) {
        Duration rounded = ran;
        if (increment.isPositive()) {
            long whole = ran.dividedBy(increment);
            Duration floor = increment.multipliedBy(whole);
            rounded = floor.equals(ran) ? ran : floor.plus(increment);
        }
        return rounded.compareTo(minimumPerStart) < 0 ? minimumPerStart : rounded;
    }

    /**
     * The prices of policy.md §1 for a machine.
     *
     * <p>What is not billed as running still has its disk, address and memory image: that part of a stop or a resume is
     * charged at the standby price, that part of a launch at the disk's, as k_h, k_r and k_O. Rounded up, so that being on
     * the way never looks cheaper than being in standby.
     *
     * <p>Minimum billing becomes part of k_O and k_r: what is missing to the minimum after the billed boot and the shortest
     * time that an instance then stays hot. Rounding up to the increment (a second) is left out. With the minimum as the shortest
     * hold, prices never overstate by more than those nano-dollars, so a bound on them stays a bound.
     *
     * @param machine what is billed
     * @param mode the standby mode in use, or null for none
     * @param leads how long transitions take
     * @param unbilledStart the part of a launch, and of a resume, before the provider's clock starts (pending, provisioning)
     * @param shortestHold an instance stays hot at least this long after a start; the minimum or more switches k_O and
     *     k_r off
     * @throws IllegalArgumentException when the provider has no such mode
     */
    public TierPrices tierPrices(
            Machine machine,
            @Nullable StandbyMode mode,
            LeadTimes leads,
            Duration unbilledStart,
            Duration shortestHold) {
        StandbyRule rule = mode == null ? null : standby.get(mode);
        if (mode != null && rule == null) {
            throw new IllegalArgumentException("the provider has no standby mode " + mode);
        }
        Duration billedLaunch = atLeastZero(leads.launch().minus(unbilledStart));
        Duration billedResume = atLeastZero(leads.resume().minus(unbilledStart));
        Duration billedStop = rule != null && rule.stopBilled() ? leads.stop() : Duration.ZERO;
        HourlyRate disk = perGibibyte(diskPerGibibyte, machine.diskBytes());
        HourlyRate held = mode == null ? null : standbyRate(machine, mode).orElseThrow();
        HourlyRate onTheWay = held == null ? HourlyRate.FREE : held;
        return new TierPrices(
                hotRate(machine),
                held,
                shortfall(machine, billedLaunch.plus(shortestHold))
                        .plus(unbilled(disk, leads.launch().minus(billedLaunch))),
                shortfall(machine, billedResume.plus(shortestHold))
                        .plus(unbilled(onTheWay, leads.resume().minus(billedResume))),
                unbilled(onTheWay, leads.stop().minus(billedStop)),
                billedLaunch,
                billedResume,
                billedStop);
    }

    /** What is held while the machine itself is not billed, rounded up to a nano-dollar. */
    private static Money unbilled(HourlyRate rate, Duration duration) {
        return duration.isZero() ? Money.ZERO : rate.costOf(duration).plus(Money.ofNanos(1));
    }

    /** What the minimum bill adds to a start that ran so long. Disk and address have no minimum. */
    private Money shortfall(Machine machine, Duration ran) {
        return machine.compute().costOf(atLeastZero(minimumPerStart.minus(ran)));
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    private static HourlyRate sum(HourlyRate... rates) {
        long total = 0;
        for (HourlyRate rate : rates) {
            total = Math.addExact(total, rate.nanosPerHour());
        }
        return new HourlyRate(total);
    }

    private static HourlyRate perGibibyte(HourlyRate rate, long bytes) {
        return new HourlyRate(BigInteger.valueOf(rate.nanosPerHour())
                .multiply(BigInteger.valueOf(bytes))
                .divide(GIBIBYTE)
                .longValueExact());
    }

    private static HourlyRate perMonth(String dollars) {
        return HourlyRate.ofDollars(new BigDecimal(dollars).divide(HOURS_PER_MONTH, 9, RoundingMode.DOWN));
    }

    private static SortedMap<StandbyMode, StandbyRule> modes(Map<StandbyMode, StandbyRule> rules) {
        return new TreeMap<>(rules);
    }
}
