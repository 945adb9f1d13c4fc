package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Lifetime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a task is expected to use over time: rising amounts of CPU and of memory, of which it holds the lowest that suffices.
 *
 * @param cpu thousandths of a core, the lowest first; at least one
 * @param memory bytes, the lowest first; at least one
 * @param length how long it is expected to run, > 0
 * @param latest when it has ended nineteen times in twenty, ≥ {@code length}: what was set aside for it has expired then
 */
public record ResourceCurve(List<Rung> cpu, List<Rung> memory, Duration length, Duration latest) {

    /** Use is looked at once a second and must not reach the limit in between: a sixteenth more is given than is expected. */
    static final int HEADROOM = 16;

    static final int CERTAIN = 1000;

    /** Less than this, and a step of less, is noise of the measurement, and nobody's to gain. */
    private static final long LEAST_CPU_MILLIS = 10;

    private static final long LEAST_MEMORY_BYTES = 1 << 20;

    /** Where nothing is known beyond what was seen: one task in twenty goes there, as curves are calibrated. */
    static final int BEYOND = 50;

    /**
     * An amount.
     *
     * @param amount how much is given, > 0
     * @param after how long after the beginning it is needed at the earliest
     * @param permille how many tasks of a thousand need it at all
     */
    public record Rung(long amount, Duration after, int permille) {
        public Rung {
            if (amount <= 0 || after.isNegative() || permille < 0 || permille > CERTAIN) {
                throw new IllegalArgumentException(
                        "no rung has amount %d after %s for %d of a thousand".formatted(amount, after, permille));
            }
        }
    }

    public ResourceCurve {
        cpu = List.copyOf(cpu);
        memory = List.copyOf(memory);
        checkRises(cpu);
        checkRises(memory);
        if (length.isNegative() || length.isZero() || latest.compareTo(length) < 0) {
            throw new IllegalArgumentException("a curve of length " + length + " that has ended by " + latest);
        }
    }

    private static void checkRises(List<Rung> rungs) {
        if (rungs.isEmpty() || rungs.getFirst().permille() != CERTAIN) {
            throw new IllegalArgumentException("a curve begins with an amount that is certain: " + rungs);
        }
        for (int i = 1; i < rungs.size(); i++) {
            if (rungs.get(i).amount() <= rungs.get(i - 1).amount()
                    || rungs.get(i).permille() > rungs.get(i - 1).permille()) {
                throw new IllegalArgumentException("amounts rise and become less likely: " + rungs);
            }
        }
    }

    /** The whole request, all the time: what is known of a task that nothing is known of. */
    static ResourceCurve flat(Resources request, Duration timeout) {
        return new ResourceCurve(
                List.of(new Rung(request.cpuMillis(), Duration.ZERO, CERTAIN)),
                List.of(new Rung(request.memoryBytes(), Duration.ZERO, CERTAIN)),
                timeout,
                timeout);
    }

    /**
     * What was learned of like tasks, with headroom.
     *
     * @param cpu the climb in thousandths of a core
     * @param memory the climb in bytes
     * @return empty where either is: too little is known
     */
    public static Optional<ResourceCurve> learned(
            List<CurveModel.Rung> cpu, List<CurveModel.Rung> memory, Lifetime lifetime) {
        if (cpu.isEmpty() || memory.isEmpty()) {
            return Optional.empty();
        }
        Duration length = seconds(Math.max(1, lifetime.median()));
        Duration latest = seconds(Math.max(1, lifetime.quantile(0.95)));
        return Optional.of(new ResourceCurve(
                rungs(cpu, LEAST_CPU_MILLIS),
                rungs(memory, LEAST_MEMORY_BYTES),
                length,
                latest.compareTo(length) < 0 ? length : latest));
    }

    /** Two rungs that are hardly apart are one: a step between them is not worth its event. */
    private static List<Rung> rungs(List<CurveModel.Rung> climb, long least) {
        List<Rung> rungs = new ArrayList<>();
        for (CurveModel.Rung rung : climb) {
            long amount = Math.max(least, Math.round(rung.amount() * (HEADROOM + 1) / HEADROOM));
            int permille = Math.clamp(Math.round(rung.share() * CERTAIN), 0, CERTAIN);
            if (rungs.isEmpty() || amount >= rungs.getLast().amount() + least) {
                rungs.add(new Rung(amount, seconds(rung.afterSeconds()), permille));
            } else {
                Rung below = rungs.removeLast();
                rungs.add(new Rung(Math.max(amount, below.amount()), below.after(), below.permille()));
            }
        }
        return rungs;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }

    /** The same for a task that asked for so much: never more than that, and at last all of it. */
    ResourceCurve within(Resources request) {
        return new ResourceCurve(
                within(cpu, request.cpuMillis()), within(memory, request.memoryBytes()), length, latest);
    }

    private static List<Rung> within(List<Rung> rungs, long most) {
        List<Rung> kept = new ArrayList<>();
        for (Rung rung : rungs) {
            if (rung.amount() >= most) {
                kept.add(new Rung(most, rung.after(), rung.permille()));
                return kept;
            }
            kept.add(rung);
        }
        Rung last = kept.getLast();
        kept.add(new Rung(most, Duration.ZERO, Math.min(BEYOND, last.permille())));
        return kept;
    }

    /** What a task begins with; of devices, as many as it asks for. */
    Resources first(Resources request) {
        return new Resources(cpu.getFirst().amount(), memory.getFirst().amount(), request.gpuMillis());
    }

    /** The lowest rung, from {@code level} on, that holds a use with headroom; the last one where none does. */
    static int holding(List<Rung> rungs, int level, long use) {
        int at = level;
        while (at < rungs.size() - 1 && use > comfortable(rungs.get(at).amount())) {
            at++;
        }
        return at;
    }

    /** Use up to this is within the band of what is given. */
    public static long comfortable(long amount) {
        return amount - amount / (HEADROOM + 1);
    }

    /** The highest rung that a task may be on after so long, if it is as those that were seen. */
    static int expected(List<Rung> rungs, Duration elapsed) {
        int at = 0;
        while (at < rungs.size() - 1 && rungs.get(at + 1).after().compareTo(elapsed) <= 0) {
            at++;
        }
        return at;
    }
}
