package dev.warmfront.learning;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.forecast.Followed;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.RunShape;
import dev.warmfront.forecast.RunSoFar;
import dev.warmfront.forecast.RuntimeModel;
import dev.warmfront.forecast.Signature;
import dev.warmfront.forecast.SuccessorMiner;
import dev.warmfront.forecast.TaskClassifier;
import dev.warmfront.forecast.TaskGraph;
import dev.warmfront.scheduler.Follows;
import dev.warmfront.scheduler.ResourceCurve;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one tenant: what follows what, and what its tasks need. Bounded in everything; what was met longest ago goes
 * first. Not safe for threads.
 */
final class TenantLearned {

    private static final int CONTEXTS_MAX = 4_000;
    private static final int SIGNATURES_MAX = 500;
    private static final int TYPES_MAX = 500;
    private static final int UNDER_WAY_MAX = 50_000;
    private static final int SUCCESSORS_MAX = 4_096;
    private static final int WORKFLOWS_MAX = 256;

    /** What comes later than this after a task's end is not taken to follow it. */
    private static final double WINDOW_SECONDS = 300;

    /** A guess of less is none. */
    private static final double CONFIDENCE_MIN = 0.5;

    private final TaskGraph graph;
    private final SuccessorMiner miner;
    private final Map<String, Profile> bySignature = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Profile> byType = new LinkedHashMap<>(16, 0.75f, true);
    private TaskClassifier classifier = new TaskClassifier();

    /** All tasks of the tenant together: what is known of one of which nothing else is. */
    private RuntimeModel anyRuntime = new RuntimeModel();

    private final LinkedHashMap<String, UnderWay> underWay = new LinkedHashMap<>();

    /** By the task that they wait for, which may be told of after them: a workflow's tasks come all at the same moment. */
    private final LinkedHashMap<String, List<Followed.Successor>> declared = new LinkedHashMap<>();

    /** What has been submitted of each workflow, the newest last. */
    private final LinkedHashMap<String, RunSoFar> workflows = new LinkedHashMap<>();

    private Instant seen;

    /** What is told of the graph, and when that was made of it. */
    private SortedMap<String, List<Follows>> successors = Collections.emptySortedMap();

    private @Nullable Instant looked;

    TenantLearned(Instant seen) {
        this(new TaskGraph(CONTEXTS_MAX), seen);
    }

    private TenantLearned(TaskGraph graph, Instant seen) {
        this.graph = graph;
        this.miner = new SuccessorMiner(graph, WINDOW_SECONDS);
        this.seen = seen;
    }

    /** A task between its submission and its end. */
    private static final class UnderWay {
        final String taskType;
        /** The type by whose past it is judged: its own, or that of the tasks which it looks like. */
        final String knownType;

        final String before;
        final int sizeBucket;
        /** The workflow that it belongs to, or empty. */
        final String workflow;

        UnderWay(String taskType, String knownType, String before, int sizeBucket, String workflow) {
            this.taskType = taskType;
            this.knownType = knownType;
            this.before = before;
            this.sizeBucket = sizeBucket;
            this.workflow = workflow;
        }
    }

    /** A task that is under way, what it followed, and what is to be seen of its run. */
    record Context(String before, String taskType, int sizeBucket, RunShape shape) {}

    Instant seen() {
        return seen;
    }

    void learn(Episode episode, Samples samples) {
        seen = episode.at();
        switch (episode.place().kind()) {
            case SUBMITTED -> submitted(episode);
            case ENDED -> ended(episode, samples);
        }
    }

    private void submitted(Episode episode) {
        String before;
        int sizeBucket = Signature.sizeBucket(episode.traits().inputBytes());
        if (episode.workflow() == null) {
            before = miner.submitted(episode.taskType(), sizeBucket, seconds(episode.at()));
        } else {
            workflows.computeIfAbsent(episode.workflow(), RunSoFar::new).submitted(episode.taskType(), sizeBucket);
            if (workflows.size() > WORKFLOWS_MAX) {
                workflows.pollFirstEntry();
            }
            // Declared edges are certain: the miner, which guesses, is not asked.
            before = "";
            for (String parent : episode.parents()) {
                UnderWay known = underWay.get(parent);
                before = before.isEmpty() && known != null ? known.taskType : before;
                List<Followed.Successor> successors = declared.computeIfAbsent(parent, unused -> new ArrayList<>());
                if (successors.size() < SUCCESSORS_MAX) {
                    successors.add(new Followed.Successor(
                            episode.taskType(), 0, 0, episode.parents().size()));
                }
            }
            while (declared.size() > UNDER_WAY_MAX) {
                declared.pollFirstEntry();
            }
        }
        underWay.put(
                episode.place().task(),
                new UnderWay(
                        episode.taskType(),
                        knownType(episode.taskType(), episode.look()),
                        before,
                        sizeBucket,
                        episode.workflow() == null ? "" : episode.workflow()));
        if (underWay.size() > UNDER_WAY_MAX
                && underWay.pollFirstEntry().getValue().workflow.isEmpty()) {
            miner.lost();
        }
    }

    private void ended(Episode episode, Samples samples) {
        UnderWay known = underWay.remove(episode.place().task());
        List<Followed.Successor> successors = declared.remove(episode.place().task());
        // One whose submission was forgotten tells nothing of what followed it.
        if (known != null && episode.workflow() == null) {
            miner.ended(known.before, known.taskType, known.sizeBucket, seconds(episode.at()));
        } else if (known != null) {
            RunSoFar run = workflows.get(known.workflow);
            graph.learn(new Followed(
                    known.before,
                    known.taskType,
                    known.sizeBucket,
                    run == null ? RunShape.NONE : run.ended(known.taskType),
                    successors == null ? List.of() : successors));
        }
        if (!Double.isNaN(episode.seconds())) {
            String run = episode.workflow() == null ? miner.run() : episode.workflow();
            profile(bySignature, episode.traits().signature(), episode, SIGNATURES_MAX)
                    .learn(run, episode, samples);
            profile(byType, episode.taskType(), episode, TYPES_MAX).learn(run, episode, samples);
            anyRuntime.learn(episode.traits().inputBytes(), episode.seconds());
            classifier.learn(episode.look(), episode.taskType());
        }
    }

    private static Profile profile(Map<String, Profile> profiles, String key, Episode episode, int most) {
        Profile profile = profiles.computeIfAbsent(key, unused -> new Profile(episode.taskType(), episode.at()));
        Iterator<String> oldest = profiles.keySet().iterator();
        while (profiles.size() > most) {
            oldest.next();
            oldest.remove();
        }
        return profile;
    }

    /** Seconds on the tenant's clock: only differences matter. */
    private static double seconds(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at) / 1e6;
    }

    /** Closes what nothing follows any more. */
    void advance(Instant now) {
        miner.advance(seconds(now));
    }

    TaskGraph graph() {
        return graph;
    }

    /** What is known of a task that has not ended. */
    Optional<Context> context(String task) {
        UnderWay known = underWay.get(task);
        return known == null
                ? Optional.empty()
                : Optional.of(new Context(known.before, known.knownType, known.sizeBucket, shape(known)));
    }

    private RunShape shape(UnderWay task) {
        if (task.workflow.isEmpty()) {
            return miner.shape(task.taskType);
        }
        RunSoFar run = workflows.get(task.workflow);
        return run == null ? RunShape.NONE : run.seenBy(task.taskType);
    }

    /**
     * The type that a task is learned by: its own where one of it has ended, else that of the tasks which it looks like, if they
     * agree.
     */
    String knownType(String taskType, TaskClassifier.Traits look) {
        if (byType.containsKey(taskType)) {
            return taskType;
        }
        return classifier
                .guess(look)
                .filter(guess -> guess.confidence() >= CONFIDENCE_MIN)
                .map(TaskClassifier.Guess::taskType)
                .orElse(taskType);
    }

    /** How long a task runs: by its signature, its type or the type that it looks like, all the tenant's tasks. */
    Lifetime lifetime(TaskSpec task) {
        long bytes = task.traits().inputBytes();
        Lifetime any = anyLifetime();
        Profile type = byType.get(knownType(task.taskType(), Episode.look(task)));
        Lifetime ofType = type == null ? any : type.runtime().lifetime(bytes, any);
        Profile own = bySignature.get(task.traits().signature());
        return own == null ? ofType : own.runtime().lifetime(bytes, ofType);
    }

    /** How long any task of the tenant runs. */
    Lifetime anyLifetime() {
        return anyRuntime.lifetime(Signature.SIZE_UNKNOWN, Lifetime.unknown());
    }

    /** What tasks will use, by type, where enough is known of them to reserve by. */
    SortedMap<String, ResourceCurve> curves() {
        SortedMap<String, ResourceCurve> curves = new TreeMap<>();
        byType.forEach((type, profile) -> profile.curve().ifPresent(curve -> curves.put(type, curve)));
        return curves;
    }

    /** What follows tasks where nobody declared it, by type, where it is known well enough; also what workflows declared of like tasks. */
    SortedMap<String, List<Follows>> successors(Instant now) {
        // When all windows have passed, nothing more is learned before something happens.
        if (looked == null || !looked.isAfter(seen.plusSeconds((long) WINDOW_SECONDS + 1))) {
            looked = now;
            successors = Follows.known(graph);
        }
        return successors;
    }

    SortedMap<String, Profile> types() {
        return new TreeMap<>(byType);
    }

    /** Profiles of a type's signatures, the last used last. */
    Map<String, Profile> signatures(@Nullable String taskType) {
        Map<String, Profile> found = new LinkedHashMap<>();
        bySignature.forEach((signature, profile) -> {
            if (taskType == null || profile.taskType().equals(taskType)) {
                found.put(signature, profile);
            }
        });
        return found;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(seen.toEpochMilli());
        graph.write(out);
        write(bySignature, out);
        write(byType, out);
        anyRuntime.write(out);
        classifier.write(out);
        out.writeInt(underWay.size());
        for (var entry : underWay.entrySet()) {
            UnderWay task = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeUTF(task.taskType);
            out.writeUTF(task.knownType);
            out.writeUTF(task.before);
            out.writeInt(task.sizeBucket);
            out.writeUTF(task.workflow);
        }
        miner.write(out);
        out.writeInt(workflows.size());
        for (var entry : workflows.entrySet()) {
            out.writeUTF(entry.getKey());
            entry.getValue().write(out);
        }
        out.writeInt(declared.size());
        for (var entry : declared.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().size());
            for (Followed.Successor successor : entry.getValue()) {
                out.writeUTF(successor.taskType());
                out.writeInt(successor.parents());
            }
        }
    }

    private static void write(Map<String, Profile> profiles, DataOutput out) throws IOException {
        out.writeInt(profiles.size());
        for (var entry : profiles.entrySet()) {
            out.writeUTF(entry.getKey());
            entry.getValue().write(out);
        }
    }

    /** Reads what {@link #write} wrote; the ended tasks that waited for followers are forgotten. */
    static TenantLearned read(DataInput in) throws IOException {
        Instant seen = Instant.ofEpochMilli(in.readLong());
        TenantLearned tenant = new TenantLearned(TaskGraph.read(CONTEXTS_MAX, in), seen);
        read(tenant.bySignature, SIGNATURES_MAX, in);
        read(tenant.byType, TYPES_MAX, in);
        tenant.anyRuntime = RuntimeModel.read(in);
        tenant.classifier = TaskClassifier.read(in);
        int tasks = in.readInt();
        for (int i = 0; i < tasks; i++) {
            String id = in.readUTF();
            tenant.underWay.put(id, new UnderWay(in.readUTF(), in.readUTF(), in.readUTF(), in.readInt(), in.readUTF()));
        }
        tenant.miner.read(in);
        int runs = in.readInt();
        for (int i = 0; i < runs; i++) {
            tenant.workflows.put(in.readUTF(), RunSoFar.read(in));
        }
        int awaited = in.readInt();
        for (int i = 0; i < awaited; i++) {
            List<Followed.Successor> successors = new ArrayList<>();
            tenant.declared.put(in.readUTF(), successors);
            int count = in.readInt();
            for (int s = 0; s < count; s++) {
                successors.add(new Followed.Successor(in.readUTF(), 0, 0, in.readInt()));
            }
        }
        return tenant;
    }

    private static void read(Map<String, Profile> profiles, int most, DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new IOException("damaged: " + count + " profiles where at most " + most + " can be");
        }
        for (int i = 0; i < count; i++) {
            String key = in.readUTF();
            profiles.put(key, Profile.read(in));
        }
    }
}
