package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.RuntimeModel;
import dev.warmfront.forecast.Staircase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long like tasks run and what they use meanwhile.
 *
 * @param signature what its tasks have in common; null for all of a task type
 * @param runs tasks that ended well
 * @param followsInput whether the run time is told from the size of the input
 * @param curves what the next one will use at most, by resource
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProfileView(
        String taskType,
        @Nullable String signature,
        long runs,
        Instant lastSeen,
        boolean followsInput,
        RuntimeView runSeconds,
        Map<String, CurveView> curves) {

    /** How long the next one will run, for the given size of its input. */
    public record RuntimeView(double p50, double p90, double p99) {}

    /**
     * Steps that nineteen of twenty tasks stay below.
     *
     * @param band by how much the steps were raised for that, as a share of the peak
     * @param rungs what to reserve where a reservation may follow use: the lowest that holds it so far; the highest is a limit
     */
    public record CurveView(List<StepView> steps, double band, List<Double> rungs, int learnedFrom) {}

    /** From so many seconds after its start on, it uses at most this much. */
    public record StepView(double fromSeconds, double atMost) {}

    static ProfileView of(@Nullable String signature, Profile profile, @Nullable Long inputBytes) {
        long bytes = inputBytes == null ? TaskTraits.SIZE_UNKNOWN : inputBytes;
        RuntimeModel runtime = profile.runtime();
        Lifetime lifetime = runtime.lifetime(bytes, Lifetime.unknown());
        double p50 = lifetime.quantile(0.5);
        Map<String, CurveView> curves = new LinkedHashMap<>();
        profile.curves().forEach((kind, curve) -> {
            if (curve.tasks() > 0) {
                curves.put(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), curve(curve, p50, bytes));
            }
        });
        return new ProfileView(
                profile.taskType(),
                signature,
                runtime.runs(),
                profile.seen(),
                runtime.regresses(),
                new RuntimeView(p50, lifetime.quantile(0.9), lifetime.quantile(0.99)),
                curves);
    }

    private static CurveView curve(CurveModel curve, double seconds, long bytes) {
        Staircase stairs = curve.predict(seconds, bytes, 0);
        List<StepView> steps = new ArrayList<>();
        for (int i = 0; i < stairs.starts().length; i++) {
            steps.add(new StepView(stairs.starts()[i], stairs.values()[i]));
        }
        List<Double> rungs =
                Arrays.stream(curve.ladder(bytes, 0).rungs()).boxed().toList();
        return new CurveView(steps, curve.offset(), rungs, curve.tasks());
    }
}
