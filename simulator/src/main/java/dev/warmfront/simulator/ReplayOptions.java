package dev.warmfront.simulator;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.cost.PriceBook;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a replay assumes. Each task fills one instance of the machine type: that is what the bound counts, too. All time
 * from a launch's acceptance to its end is billed, launches and resumes at the hot price.
 *
 * @param launch L_O
 * @param resume L_S
 * @param stop L_h
 * @param environmentLoad how long a machine takes to load what a type of task needs (an image, a model), and each type of
 *     each tenant needs its own; zero: nothing has to be loaded. The bound does not count it
 * @param calls how long a provider takes besides
 * @param standbyPriceFraction c_S as part of c_H, 0 to 1
 * @param machineType name in the price book
 * @param price c_H
 * @param stopBilled whether the way into standby is billed as running; where not, as on EC2, it costs what standby does
 * @param minimumBilled each start, by launch or by resume, is billed for at least so long: a minute on EC2 and Compute
 *     Engine; what policies pay counts it, the bound does not and is then a lower one ({@link #minimumMayBind})
 * @param trainFraction part of the trace's time that is shown to policies and not scored, 0 to below 1
 * @param scored at most this much time after the prefix is scored
 * @param waitingShare the target: at most this share of the tasks waits
 * @param waitPrice w, what a waiting task costs its tenant per hour; used where a policy asks for it
 * @param tick time between two ticks; zero chooses a twentieth of L_O, at least a second and at most half a minute
 * @param edges whether the scheduler is told which tasks of a submission wait for which
 * @param seed of all chance
 */
public record ReplayOptions(
        Lead launch,
        Lead resume,
        Lead stop,
        Duration environmentLoad,
        Calls calls,
        double standbyPriceFraction,
        String machineType,
        HourlyRate price,
        boolean stopBilled,
        Duration minimumBilled,
        double trainFraction,
        Duration scored,
        double waitingShare,
        HourlyRate waitPrice,
        Duration tick,
        Edges edges,
        long seed) {

    private static final Duration EVER = Duration.ofDays(36_500);

    /** Two minutes to launch, an m7i.large at its price on demand in us-east-1, half of the trace for training. */
    public static final ReplayOptions DEFAULT = new ReplayOptions(
                    Lead.ofSeconds(120),
                    Lead.ofSeconds(20),
                    Lead.ofSeconds(30),
                    Duration.ZERO,
                    Calls.PROMPT,
                    0.08,
                    "",
                    HourlyRate.FREE,
                    true,
                    Duration.ZERO,
                    0.5,
                    EVER,
                    0.02,
                    HourlyRate.ofDollars(BigDecimal.ONE),
                    Duration.ZERO,
                    Edges.DECLARED,
                    1)
            .withMachineType("m7i.large");

    public ReplayOptions {
        within("the standby price fraction", standbyPriceFraction, 1);
        within("the waiting share", waitingShare, 1);
        within("the train fraction", trainFraction, 0.99);
        if (minimumBilled.isNegative() || minimumBilled.compareTo(LeadTimes.MAX) > 0) {
            throw new IllegalArgumentException("the minimum that is billed must be 0 to 7 days, not " + minimumBilled);
        }
        if (environmentLoad.isNegative() || environmentLoad.compareTo(LeadTimes.MAX) > 0) {
            throw new IllegalArgumentException("loading an environment must take 0 to 7 days, not " + environmentLoad);
        }
        if (!scored.isPositive() || tick.isNegative()) {
            throw new IllegalArgumentException("the scored time must be positive, and a tick not negative");
        }
    }

    private static void within(String what, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(what + " must be 0 to " + most + ", not " + value);
        }
    }

    /** A copy in the making: each {@code with} below changes what it names and keeps the rest. */
    private static final class Copy {
        private Lead launch;
        private Lead resume;
        private Lead stop;
        private Duration environmentLoad;
        private Calls calls;
        private double standbyPriceFraction;
        private String machineType;
        private HourlyRate price;
        private boolean stopBilled;
        private Duration minimumBilled;
        private double trainFraction;
        private Duration scored;
        private double waitingShare;
        private HourlyRate waitPrice;
        private Duration tick;
        private Edges edges;
        private long seed;

        Copy(ReplayOptions of) {
            launch = of.launch;
            resume = of.resume;
            stop = of.stop;
            environmentLoad = of.environmentLoad;
            calls = of.calls;
            standbyPriceFraction = of.standbyPriceFraction;
            machineType = of.machineType;
            price = of.price;
            stopBilled = of.stopBilled;
            minimumBilled = of.minimumBilled;
            trainFraction = of.trainFraction;
            scored = of.scored;
            waitingShare = of.waitingShare;
            waitPrice = of.waitPrice;
            tick = of.tick;
            edges = of.edges;
            seed = of.seed;
        }

        ReplayOptions made() {
            return new ReplayOptions(
                    launch,
                    resume,
                    stop,
                    environmentLoad,
                    calls,
                    standbyPriceFraction,
                    machineType,
                    price,
                    stopBilled,
                    minimumBilled,
                    trainFraction,
                    scored,
                    waitingShare,
                    waitPrice,
                    tick,
                    edges,
                    seed);
        }
    }

    private ReplayOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /**
     * Another machine, at its price on demand: the first region and provider of the price book that lists it.
     *
     * @throws IllegalArgumentException when none does
     */
    public ReplayOptions withMachineType(String name) {
        ListedPrice listed = PriceBook.bundled().all().stream()
                .filter(one -> one.machineType().equals(name))
                .filter(one -> one.region().equals("us-east-1") || one.region().equals("us-central1"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the price book has no machine type " + name + " in us-east-1 or us-central1"));
        return with(copy -> {
            copy.machineType = name;
            copy.price = listed.onDemand();
        });
    }

    /** The same machine at a price of one's own. */
    public ReplayOptions withPrice(HourlyRate hot) {
        return with(copy -> copy.price = hot);
    }

    /** Other lead times. */
    public ReplayOptions withLeads(Lead toLaunch, Lead toResume, Lead toStop) {
        return with(copy -> {
            copy.launch = toLaunch;
            copy.resume = toResume;
            copy.stop = toStop;
        });
    }

    /** The same with a provider that takes its time. */
    public ReplayOptions withCalls(Calls take) {
        return with(copy -> copy.calls = take);
    }

    /** Another protocol. */
    public ReplayOptions withProtocol(double train, Duration atMost, Duration ticks, long newSeed) {
        return with(copy -> {
            copy.trainFraction = train;
            copy.scored = atMost;
            copy.tick = ticks;
            copy.seed = newSeed;
        });
    }

    /** Other prices and targets. */
    public ReplayOptions withPrices(double standbyFraction, double share, HourlyRate wait) {
        return with(copy -> {
            copy.standbyPriceFraction = standbyFraction;
            copy.waitingShare = share;
            copy.waitPrice = wait;
        });
    }

    /** The same, with the way into standby billed as running or not. */
    public ReplayOptions withStopBilled(boolean billed) {
        return with(copy -> copy.stopBilled = billed);
    }

    /** The same, with each start billed for at least so long. */
    public ReplayOptions withMinimumBilled(Duration minimum) {
        return with(copy -> copy.minimumBilled = minimum);
    }

    /** The same, with environments that take so long to load; zero: none. */
    public ReplayOptions withEnvironmentLoad(Duration load) {
        return with(copy -> copy.environmentLoad = load);
    }

    /** The same, with what tasks wait for told or not. */
    public ReplayOptions withEdges(Edges whether) {
        return with(copy -> copy.edges = whether);
    }

    /**
     * Whether the minimum may bind in the clairvoyant's schedule: whether a start for the shortest task, given back at once,
     * would be billed for longer than it runs. Where it may, the bound leaves out what that adds and is a lower one: which
     * start owes how much depends on when its machine is given back, which the prices of single transitions cannot say.
     *
     * @param shortest the shortest runtime of what is scored
     */
    boolean minimumMayBind(Duration shortest) {
        Duration start = Duration.ofNanos(Math.min(launch.medianMicros(), resume.medianMicros()) * 1000);
        return start.plus(shortest).compareTo(minimumBilled) < 0;
    }

    HourlyRate standbyPrice() {
        return new HourlyRate(BigDecimal.valueOf(price.nanosPerHour())
                .multiply(BigDecimal.valueOf(standbyPriceFraction))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact());
    }

    TierEconomics economics() {
        LeadTimes leads = new LeadTimes(
                Duration.ofNanos(launch.medianMicros() * 1000),
                Duration.ofNanos(resume.medianMicros() * 1000),
                Duration.ofNanos(stop.medianMicros() * 1000));
        TierPrices prices = stopBilled
                ? TierPrices.allBilled(price, standbyPrice(), leads)
                : new TierPrices(
                        price,
                        standbyPrice(),
                        Money.ZERO,
                        Money.ZERO,
                        standbyPrice().costOf(leads.stop()),
                        leads.launch(),
                        leads.resume(),
                        Duration.ZERO);
        return new TierEconomics(prices, leads);
    }

    /** One machine of one core, which each task fills: what a task asks for in the trace does not matter here. */
    Offering offering() {
        return Offering.hotOnly(
                        new Placement(new ProviderId("simulated"), "r1", "z1"),
                        new MachineType(machineType, wholeMachine()),
                        PurchaseModel.ON_DEMAND,
                        price)
                .withStandby(Map.of(StandbyMode.STOPPED, standbyPrice()));
    }

    static Resources wholeMachine() {
        return Resources.of(1000, 1L << 30);
    }

    long tickMicros() {
        if (!tick.isZero()) {
            return tick.toNanos() / 1000;
        }
        return Math.clamp(launch.medianMicros() / 20 / 1_000_000, 1, 30) * 1_000_000L;
    }
}
