package dev.warmfront.learning;

import dev.warmfront.domain.TaskTraits;
import dev.warmfront.forecast.CurveModel;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.ResourceKind;
import dev.warmfront.forecast.RuntimeModel;
import dev.warmfront.scheduler.ResourceCurve;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long like tasks run and what they use meanwhile. */
final class Profile {

    /** One task in twenty may use more than its curve says. */
    private static final double MISCOVERAGE = 0.05;

    /** What agents measure. */
    static final ResourceKind[] MEASURED = {
        ResourceKind.CPU_MILLIS,
        ResourceKind.MEMORY_BYTES,
        ResourceKind.IO_BYTES_PER_SECOND,
        ResourceKind.NETWORK_BITS_PER_SECOND
    };

    private final String taskType;
    private final RuntimeModel runtime;
    private final Map<ResourceKind, CurveModel> curves = new EnumMap<>(ResourceKind.class);
    private Instant seen;

    Profile(String taskType, Instant seen) {
        this(taskType, new RuntimeModel(), seen);
    }

    private Profile(String taskType, RuntimeModel runtime, Instant seen) {
        this.taskType = taskType;
        this.runtime = runtime;
        this.seen = seen;
        for (ResourceKind kind : MEASURED) {
            curves.put(kind, new CurveModel(kind, MISCOVERAGE));
        }
    }

    String taskType() {
        return taskType;
    }

    RuntimeModel runtime() {
        return runtime;
    }

    Map<ResourceKind, CurveModel> curves() {
        return curves;
    }

    /** When a task of it last ended. */
    Instant seen() {
        return seen;
    }

    /** What the next task will use, where enough is known of it to reserve by. */
    Optional<ResourceCurve> curve() {
        return ResourceCurve.learned(
                climb(ResourceKind.CPU_MILLIS),
                climb(ResourceKind.MEMORY_BYTES),
                runtime.lifetime(TaskTraits.SIZE_UNKNOWN, Lifetime.unknown()));
    }

    private List<CurveModel.Rung> climb(ResourceKind kind) {
        CurveModel curve = curves.get(kind);
        return curve == null ? List.of() : curve.climb(TaskTraits.SIZE_UNKNOWN);
    }

    /** {@code run} tells runs of tasks apart. */
    void learn(String run, Episode ended, Samples samples) {
        seen = ended.at();
        runtime.learn(run, ended.traits().inputBytes(), ended.seconds());
        if (!samples.isEmpty()) {
            curves.forEach((kind, curve) -> curve.learn(
                    samples.times(),
                    samples.use(kind),
                    ended.seconds(),
                    ended.traits().inputBytes()));
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(taskType);
        out.writeLong(seen.toEpochMilli());
        runtime.write(out);
        for (CurveModel curve : curves.values()) {
            curve.write(out);
        }
    }

    static Profile read(DataInput in) throws IOException {
        String taskType = in.readUTF();
        Instant seen = Instant.ofEpochMilli(in.readLong());
        Profile profile = new Profile(taskType, RuntimeModel.read(in), seen);
        for (CurveModel curve : profile.curves.values()) {
            curve.read(in);
        }
        return profile;
    }
}
