package dev.warmfront.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How the scored part of a trace is made to differ from what a policy has learned on (policy.md §8). Knobs stay what they
 * were without the shift.
 */
public enum Shift {
    /** As recorded. */
    NONE("as recorded"),

    /** All comes seven minutes later than the clock and the calendar say. */
    CALENDAR("everything seven minutes later"),

    /** The times between submissions in another order: as busy on average, and without any pattern. */
    SHUFFLED("gaps between submissions in random order"),

    /** From the middle on, for a sixth of the time, each submission comes three times. */
    SURGE("three times as much for a sixth of the time"),

    /** From the middle on the busiest tenant has a double, of whom nothing was known. */
    TENANT_ARRIVES("a new tenant like the busiest one, from the middle on"),

    /** From the middle on the busiest tenant is gone. */
    TENANT_LEAVES("the busiest tenant stops in the middle"),

    /** In the middle every second machine is lost, and what ran on it begins anew. */
    ZONE_OUTAGE("every second machine is lost in the middle"),

    /** Each machine is taken back after four hours on average, with two minutes' notice. */
    SPOT_LOSS("machines are taken back after four hours on average");

    private static final long MINUTE = 60_000_000L;
    private static final long LATER = 7 * MINUTE;
    private static final int SURGE_TIMES = 3;
    private static final int SURGE_PART = 6;
    private static final long SPOT_LIFE = 240 * MINUTE;

    private final String text;

    Shift(String text) {
        this.text = text;
    }

    /** Kebab-case, as on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it does, for people. */
    public String text() {
        return text;
    }

    /**
     * By its label.
     *
     * @throws IllegalArgumentException naming the known ones when it is unknown
     */
    public static Shift named(String label) {
        for (Shift shift : values()) {
            if (shift.label().equals(label)) {
                return shift;
            }
        }
        throw new IllegalArgumentException("no shift is called " + label + "; known are "
                + String.join(", ", List.of(values()).stream().map(Shift::label).toList()));
    }

    /** When the difference begins: where recovery is counted from. */
    long onset(long fromMicros, long lastMicros) {
        return switch (this) {
            case NONE, CALENDAR, SHUFFLED, SPOT_LOSS -> fromMicros;
            case SURGE, TENANT_ARRIVES, TENANT_LEAVES, ZONE_OUTAGE -> fromMicros + (lastMicros - fromMicros) / 2;
        };
    }

    /** What happens to machines. */
    Disturbance disturbance(long fromMicros, long lastMicros) {
        return switch (this) {
            case ZONE_OUTAGE -> new Disturbance(onset(fromMicros, lastMicros), 0);
            case SPOT_LOSS -> new Disturbance(Disturbance.NEVER, SPOT_LIFE);
            case NONE, CALENDAR, SHUFFLED, SURGE, TENANT_ARRIVES, TENANT_LEAVES -> Disturbance.NONE;
        };
    }

    /** Whether submissions are other than recorded. */
    boolean changesWork() {
        return this != NONE && this != ZONE_OUTAGE && this != SPOT_LOSS;
    }

    /**
     * The scored submissions as they come under the shift.
     *
     * @param scored in the order of time, none empty
     * @param fromMicros beginning of what is scored
     */
    List<Submission> apply(List<Submission> scored, long fromMicros, long seed) {
        long last = scored.getLast().submitMicros();
        long onset = onset(fromMicros, last);
        List<Submission> shifted =
                switch (this) {
                    case NONE, ZONE_OUTAGE, SPOT_LOSS -> scored;
                    case CALENDAR ->
                        scored.stream()
                                .map(one -> one.at(one.submitMicros() + LATER))
                                .toList();
                    case SHUFFLED -> shuffled(scored, fromMicros, seed);
                    case SURGE -> surge(scored, onset, onset + (last - fromMicros) / SURGE_PART);
                    case TENANT_ARRIVES -> doubled(scored, onset);
                    case TENANT_LEAVES -> {
                        String busiest = busiest(scored);
                        yield scored.stream()
                                .filter(one -> one.submitMicros() < onset
                                        || !one.tenant().equals(busiest))
                                .toList();
                    }
                };
        return shifted.isEmpty() ? scored : shifted;
    }

    private static List<Submission> shuffled(List<Submission> scored, long fromMicros, long seed) {
        List<Long> gaps = new ArrayList<>(scored.size());
        long before = fromMicros;
        for (Submission submission : scored) {
            gaps.add(submission.submitMicros() - before);
            before = submission.submitMicros();
        }
        Collections.shuffle(gaps, Random.from(Randomness.generator(seed)));
        List<Submission> shuffled = new ArrayList<>(scored.size());
        long at = fromMicros;
        for (int i = 0; i < gaps.size(); i++) {
            at += gaps.get(i);
            shuffled.add(scored.get(i).at(at));
        }
        return shuffled;
    }

    private static List<Submission> surge(List<Submission> scored, long onset, long until) {
        List<Submission> more = new ArrayList<>(scored);
        for (Submission submission : scored) {
            if (submission.submitMicros() >= onset && submission.submitMicros() < until) {
                for (int i = 1; i < SURGE_TIMES; i++) {
                    more.add(submission);
                }
            }
        }
        return sorted(more);
    }

    private static List<Submission> doubled(List<Submission> scored, long onset) {
        String busiest = busiest(scored);
        List<Submission> more = new ArrayList<>(scored);
        for (Submission submission : scored) {
            if (submission.submitMicros() >= onset && submission.tenant().equals(busiest)) {
                List<TraceTask> tasks = submission.tasks().stream()
                        .map(task -> new TraceTask("new/" + task.type(), task.runtimeMicros(), task.parents()))
                        .toList();
                more.add(new Submission(submission.submitMicros(), "new/" + busiest, tasks));
            }
        }
        return sorted(more);
    }

    private static List<Submission> sorted(List<Submission> submissions) {
        submissions.sort(Comparator.comparingLong(Submission::submitMicros));
        return submissions;
    }

    private static String busiest(List<Submission> scored) {
        Map<String, Integer> counts = new HashMap<>();
        scored.forEach(one -> counts.merge(one.tenant(), one.tasks().size(), Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }
}
