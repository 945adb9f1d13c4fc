package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The mined, probabilistic graph of what follows what, of one tenant: decayed Dirichlet counts of successor sets with
 * multiplicity, in contexts of falling order with back-off (after Katz 1987 and MacKay and Peto 1995, with the lower order as
 * the prior of the higher): type with predecessor and input size → type with predecessor → type → anything.
 *
 * <p>Bounded: {@code contextsMax} contexts, of which those not met for longest go first, each with at most 24 different sets
 * and 64 edges. Not safe for threads.
 */
public final class TaskGraph {

    private static final int MAGIC = 0x57464732;
    private static final int SETS_MAX = 24;
    private static final int EDGES_MAX = 64;
    private static final int MULTIPLICITY_MAX = 4096;
    private static final int FAN_OUTS_MAX = 256;
    private static final double KEEP = 0.985;
    private static final double KEEP_ALL = 0.999;
    /** How many observations the lower order counts for. */
    private static final double BACK_OFF = 0.6;

    private final int contextsMax;
    private final LinkedHashMap<String, Context> contexts = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<String, FanOut> fanOuts = new LinkedHashMap<>(16, 0.75f, true);

    public TaskGraph(int contextsMax) {
        if (contextsMax < 4) {
            throw new IllegalArgumentException("a graph needs room for 4 contexts, not " + contextsMax);
        }
        this.contextsMax = contextsMax;
    }

    private static final class Context {
        double weight;
        final Map<SuccessorSet, Double> sets = new LinkedHashMap<>();
        final Map<String, Edge> edges = new TreeMap<>();
    }

    private static final class Edge {
        /** Sums of a regression of the logarithm of how many follow on the logarithm of the input size. */
        final double[] fan = new double[FAN];

        double weight;
        double newTasks;
        double bytes;
        final DelayHistogram delay = new DelayHistogram();
    }

    private static final int FAN = 5;
    static final int FAN_OUT_MIN = 8;
    /** Before two sizes were seen: nearer to as many as ever than to proportion. Some fan-outs follow the input, most do not. */
    static final double FAN_SLOPE = 0.2;

    static final double FAN_PRECISION = 4;

    /** Context names from the lowest order up; the separator cannot be in a task type. */
    private static List<String> names(String before, String type, int sizeBucket) {
        return List.of(
                "", "1\n" + type, "2\n" + type + "\n" + before, "3\n" + type + "\n" + before + "\n" + sizeBucket);
    }

    /** Learns from one task that has ended, once what followed it is known. */
    public void learn(Followed followed) {
        SuccessorSet set = followed.set();
        learnFanOuts(followed, set);
        for (String name : names(followed.before(), followed.taskType(), followed.sizeBucket())) {
            Context context = contexts.computeIfAbsent(name, unused -> new Context());
            learn(context, set, followed, name.isEmpty() ? KEEP_ALL : KEEP);
        }
        Iterator<String> oldest = contexts.keySet().iterator();
        while (contexts.size() > contextsMax && oldest.hasNext()) {
            if (!oldest.next().isEmpty()) {
                oldest.remove();
            }
        }
    }

    /** What the contexts say of a task is asked before they learn of it: what a run's shape adds is judged against that. */
    private void learnFanOuts(Followed followed, SuccessorSet set) {
        if (followed.shape().run().isEmpty()) {
            return;
        }
        Map<String, Integer> said = new TreeMap<>();
        set.counts().forEach((type, count) -> {
            String name = fanOutName(followed.taskType(), type);
            FanOut known = fanOuts.get(name);
            if (known == null && count < 2) {
                return;
            }
            FanOut fanOut = known == null ? new FanOut() : known;
            fanOuts.put(name, fanOut);
            if (!fanOut.knows(followed.shape().run()) && said.isEmpty()) {
                said.putAll(ofTheRun(followed.before(), followed.taskType(), followed.sizeBucket(), followed.shape()));
            }
            fanOut.learn(followed.shape(), said.getOrDefault(type, 0), count);
        });
        Iterator<String> oldest = fanOuts.keySet().iterator();
        while (fanOuts.size() > FAN_OUTS_MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    /** How many follow a task of the run's usual size, as the contexts say it: a run's tasks may differ in their input. */
    private SortedMap<String, Integer> ofTheRun(String before, String taskType, int sizeBucket, RunShape shape) {
        RunShape.Stage own = shape.stages().get(taskType);
        return predict(before, taskType, own == null ? sizeBucket : own.sizeBucket())
                .likely(0.5)
                .counts();
    }

    private static String fanOutName(String taskType, String successor) {
        return taskType + "\n" + successor;
    }

    private static void learn(Context context, SuccessorSet set, Followed followed, double keep) {
        context.weight = context.weight * keep + 1;
        context.sets.replaceAll((unused, weight) -> weight * keep);
        context.sets.merge(set, 1.0, Double::sum);
        if (context.sets.size() > SETS_MAX) {
            // The newest is never the lightest: its weight is 1 at least.
            SuccessorSet lightest = lightest(context.sets);
            context.weight -= context.sets.getOrDefault(lightest, 0.0);
            context.sets.remove(lightest);
        }
        context.edges.values().forEach(edge -> {
            edge.weight *= keep;
            for (int i = 0; i < FAN; i++) {
                edge.fan[i] *= keep;
            }
        });
        for (Followed.Successor successor : followed.successors()) {
            Edge edge = context.edges.get(successor.taskType());
            if (edge == null) {
                if (context.edges.size() >= EDGES_MAX) {
                    continue;
                }
                edge = new Edge();
                context.edges.put(successor.taskType(), edge);
            }
            edge.weight++;
            edge.newTasks += (1.0 / successor.parents() - edge.newTasks) / edge.weight;
            edge.bytes += (successor.bytes() - edge.bytes) / edge.weight;
            edge.delay.add(successor.delaySeconds());
        }
        if (followed.sizeBucket() != Signature.SIZE_UNKNOWN) {
            set.counts().forEach((type, count) -> learnFan(context.edges.get(type), followed.sizeBucket(), count));
        }
        context.edges.values().removeIf(edge -> edge.weight < 1e-3);
    }

    private static void learnFan(@Nullable Edge edge, int sizeBucket, int count) {
        if (edge != null) {
            double y = Math.log(count) / Math.log(2);
            edge.fan[0]++;
            edge.fan[1] += sizeBucket;
            edge.fan[2] += y;
            edge.fan[3] += (double) sizeBucket * sizeBucket;
            edge.fan[4] += sizeBucket * y;
        }
    }

    /** How many follow an input of a size never seen, or NaN where nothing tells. */
    private static double fanOut(@Nullable Edge edge, int sizeBucket) {
        if (edge == null || sizeBucket == Signature.SIZE_UNKNOWN || edge.fan[0] < 0.5) {
            return Double.NaN;
        }
        double n = edge.fan[0];
        double xx = edge.fan[3] - edge.fan[1] * edge.fan[1] / n;
        double xy = edge.fan[4] - edge.fan[1] * edge.fan[2] / n;
        double slope = Math.max(0, Math.min((xy + FAN_PRECISION * FAN_SLOPE) / (xx + FAN_PRECISION), 1));
        return Math.pow(2, (edge.fan[2] + slope * (n * sizeBucket - edge.fan[1])) / n);
    }

    private static SuccessorSet lightest(Map<SuccessorSet, Double> sets) {
        SuccessorSet found = SuccessorSet.NONE;
        double least = Double.MAX_VALUE;
        for (var entry : sets.entrySet()) {
            if (entry.getValue() < least) {
                least = entry.getValue();
                found = entry.getKey();
            }
        }
        return found;
    }

    /**
     * What is expected to follow a task.
     *
     * @param shape what {@link RunSoFar} says of its run
     */
    public SuccessorForecast predict(String before, String taskType, int sizeBucket, RunShape shape) {
        SuccessorForecast byContexts = predict(before, taskType, sizeBucket);
        if (shape.stages().isEmpty() || byContexts.expected().isEmpty()) {
            return byContexts;
        }
        Map<String, Integer> said = ofTheRun(before, taskType, sizeBucket, shape);
        List<SuccessorForecast.Expected> expected = new ArrayList<>();
        for (SuccessorForecast.Expected one : byContexts.expected()) {
            FanOut fanOut = fanOuts.get(fanOutName(taskType, one.taskType()));
            int usual = said.getOrDefault(one.taskType(), 0);
            expected.add(fanOut == null || usual == 0 ? one : mixed(one, usual, fanOut, fanOut.votes(taskType, shape)));
        }
        return new SuccessorForecast(byContexts.order(), byContexts.support(), ranked(expected));
    }

    /** What is expected to follow a task of which the run is not known; nothing, for a tenant of whom nothing is known. */
    public SuccessorForecast predict(String before, String taskType, int sizeBucket) {
        Map<SuccessorSet, Double> chances = new LinkedHashMap<>();
        int order = 0;
        double support = 0;
        Context best = null;
        List<String> names = names(before, taskType, sizeBucket);
        for (int i = 0; i < names.size(); i++) {
            Context context = contexts.get(names.get(i));
            if (context != null && context.weight > 0) {
                order = i;
                support = context.weight;
                best = context;
                mix(chances, context, i == 0);
            }
        }
        return best == null
                ? new SuccessorForecast(0, 0, List.of())
                : new SuccessorForecast(
                        order, support, expected(chances, best, order == 3 ? Signature.SIZE_UNKNOWN : sizeBucket));
    }

    private static void mix(Map<SuccessorSet, Double> chances, Context context, boolean lowest) {
        double prior = lowest ? 0 : BACK_OFF;
        double total = context.weight + prior;
        chances.replaceAll((unused, chance) -> chance * prior / total);
        context.sets.forEach((set, weight) -> chances.merge(set, weight / total, Double::sum));
    }

    private static final double CHANCE_MIN = 1e-3;
    /** Beyond so many standard deviations chances are less than that. */
    private static final double WIDEST = 3;

    private static final double SPREAD_MIN = 0.01;

    private List<SuccessorForecast.Expected> expected(Map<SuccessorSet, Double> chances, Context context, int newSize) {
        Map<String, double[]> atLeast = new TreeMap<>();
        chances.forEach((set, chance) -> {
            if (chance >= CHANCE_MIN) {
                set.counts().forEach((type, count) -> {
                    int most = Math.min(count, MULTIPLICITY_MAX);
                    double[] known = atLeast.getOrDefault(type, new double[0]);
                    double[] longer = known.length >= most ? known : Arrays.copyOf(known, most);
                    for (int i = 0; i < most; i++) {
                        longer[i] += chance;
                    }
                    atLeast.put(type, longer);
                });
            }
        });
        List<SuccessorForecast.Expected> expected = new ArrayList<>();
        atLeast.forEach((type, counted) -> {
            Edge edge = edge(context, type);
            double[] chance = fan(counted, fanOut(edge, newSize));
            double share = edge == null ? 1 : edge.newTasks;
            double mean = 0;
            List<Double> list = new ArrayList<>(chance.length);
            for (double one : chance) {
                mean += one;
                list.add(Math.min(1, one));
            }
            expected.add(new SuccessorForecast.Expected(
                    type,
                    list,
                    mean * share,
                    edge == null ? new DelayHistogram() : edge.delay,
                    edge == null ? 0 : edge.bytes));
        });
        return ranked(expected);
    }

    private static List<SuccessorForecast.Expected> ranked(List<SuccessorForecast.Expected> expected) {
        // Chances that differ by less than can be known are alike: then what follows more often comes first.
        expected.sort(Comparator.<SuccessorForecast.Expected>comparingDouble(one -> -Math.rint(20 * one.probability()))
                .thenComparingDouble(one -> -one.meanCount())
                .thenComparing(SuccessorForecast.Expected::taskType));
        return expected;
    }

    /** Stretches a fan-out so that its middle is what another size of input makes of it; what follows a few times stays. */
    private static double[] fan(double[] atLeast, double wanted) {
        int middle = middle(atLeast);
        return middle < FAN_OUT_MIN || Double.isNaN(wanted) ? atLeast : stretched(atLeast, wanted / middle);
    }

    private static int middle(double[] atLeast) {
        int middle = 0;
        while (middle < atLeast.length && atLeast[middle] >= 0.5) {
            middle++;
        }
        return middle;
    }

    private static double[] stretched(double[] atLeast, double factor) {
        double[] stretched =
                new double[(int) Math.max(1, Math.min(Math.rint(atLeast.length * factor), MULTIPLICITY_MAX))];
        for (int i = 0; i < stretched.length; i++) {
            stretched[i] = atLeast[(int) Math.min(atLeast.length - 1, (i + 0.5) / factor)];
        }
        return stretched;
    }

    /**
     * What the contexts say and what the laws of a fan-out say, by their weights.
     *
     * @param usual what the contexts say of a task of the run's usual size: laws tell of that one
     */
    private static SuccessorForecast.Expected mixed(
            SuccessorForecast.Expected one, int usual, FanOut fanOut, List<FanOut.Vote> votes) {
        double total = fanOut.weightOfContexts();
        double[] mixed = one.atLeast().stream().mapToDouble(Double::doubleValue).toArray();
        double ratio = Math.max(1, one.likely(0.5)) / (double) usual;
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] *= total;
        }
        double spread = fanOut.spread();
        for (FanOut.Vote vote : votes) {
            double count = Math.max(1, Math.min(vote.count() * ratio, MULTIPLICITY_MAX));
            int most = (int) Math.min(MULTIPLICITY_MAX, Math.rint(count * Math.pow(2, WIDEST * spread)));
            mixed = mixed.length >= most ? mixed : Arrays.copyOf(mixed, most);
            for (int i = 0; i < most; i++) {
                mixed[i] += vote.weight() * atLeast(i + 1, count, spread);
            }
            total += vote.weight();
        }
        double mean = 0;
        List<Double> list = new ArrayList<>(mixed.length);
        for (double sum : mixed) {
            mean += sum / total;
            list.add(Math.min(1, sum / total));
        }
        return new SuccessorForecast.Expected(
                one.taskType(), list, one.meanNew() * mean / one.meanCount(), one.delay(), one.meanBytes());
    }

    /** The chance of so many or more where a law says {@code count} and tasks of a run differ by {@code spread} octaves. */
    private static double atLeast(int many, double count, double spread) {
        double octaves = Math.log((many - 0.5) / count) / Math.log(2);
        return spread < SPREAD_MIN ? (octaves <= 0 ? 1 : 0) : 1 - Normal.cumulative(octaves / spread);
    }

    private @Nullable Edge edge(Context context, String type) {
        Edge own = context.edges.get(type);
        Context all = contexts.get("");
        return own != null || all == null ? own : all.edges.get(type);
    }

    /** Types of which something is known, in alphabetical order. */
    public List<String> taskTypes() {
        return contexts.keySet().stream()
                .filter(name -> name.startsWith("1\n"))
                .map(name -> name.substring(2))
                .sorted()
                .toList();
    }

    /** How often a task of this type was seen to end, old times counting less. */
    public double support(String taskType) {
        Context context = contexts.get("1\n" + taskType);
        return context == null ? 0 : context.weight;
    }

    /**
     * The chains that begin where nothing likely leads to, each following its likeliest edge while that is at least {@code
     * chanceMin}. The longest and likeliest come first.
     *
     * @param lengthMax types in a chain at most
     */
    public List<Chain> chains(double chanceMin, int lengthMax) {
        Set<String> led = new HashSet<>();
        Map<String, SuccessorForecast> known = new TreeMap<>();
        for (String type : taskTypes()) {
            SuccessorForecast forecast = predict("", type, Signature.SIZE_UNKNOWN);
            known.put(type, forecast);
            forecast.expected().stream()
                    .filter(next ->
                            next.probability() >= chanceMin && !next.taskType().equals(type))
                    .forEach(next -> led.add(next.taskType()));
        }
        List<Chain> chains = new ArrayList<>();
        for (String type : known.keySet()) {
            if (!led.contains(type)) {
                for (SuccessorForecast.Expected next : known.get(type).expected()) {
                    if (next.probability() >= chanceMin) {
                        chains.add(follow(type, next, chanceMin, lengthMax));
                    }
                }
            }
        }
        chains.sort(Comparator.<Chain>comparingInt(chain -> -chain.links().size())
                .thenComparingDouble(chain -> -chain.probability())
                .thenComparing(Chain::first));
        return chains;
    }

    private Chain follow(String first, SuccessorForecast.Expected second, double chanceMin, int lengthMax) {
        List<Chain.Link> links = new ArrayList<>();
        Set<String> visited = new HashSet<>(Set.of(first));
        String before = first;
        SuccessorForecast.Expected next = second;
        while (next != null && links.size() < lengthMax - 1 && visited.add(next.taskType())) {
            links.add(new Chain.Link(
                    next.taskType(),
                    next.probability(),
                    Math.max(1, next.likely(chanceMin)),
                    next.meanNew(),
                    next.delay(),
                    next.meanBytes()));
            SuccessorForecast after = predict(before, next.taskType(), Signature.SIZE_UNKNOWN);
            before = next.taskType();
            next = after.expected().stream()
                    .filter(one -> one.probability() >= chanceMin && !visited.contains(one.taskType()))
                    .findFirst()
                    .orElse(null);
        }
        return new Chain(first, support(first), links);
    }

    /** Writes the whole state, versioned. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(contexts.size());
        for (var entry : contexts.sequencedEntrySet()) {
            Context context = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeDouble(context.weight);
            out.writeInt(context.sets.size());
            for (var set : context.sets.entrySet()) {
                out.writeDouble(set.getValue());
                out.writeInt(set.getKey().counts().size());
                for (var count : set.getKey().counts().entrySet()) {
                    out.writeUTF(count.getKey());
                    out.writeInt(count.getValue());
                }
            }
            out.writeInt(context.edges.size());
            for (var edge : context.edges.entrySet()) {
                out.writeUTF(edge.getKey());
                out.writeDouble(edge.getValue().weight);
                out.writeDouble(edge.getValue().newTasks);
                out.writeDouble(edge.getValue().bytes);
                for (double sum : edge.getValue().fan) {
                    out.writeDouble(sum);
                }
                edge.getValue().delay.write(out);
            }
        }
        out.writeInt(fanOuts.size());
        for (var fanOut : fanOuts.sequencedEntrySet()) {
            out.writeUTF(fanOut.getKey());
            fanOut.getValue().write(out);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged or of another version
     */
    public static TaskGraph read(int contextsMax, DataInput in) throws IOException {
        TaskGraph graph = new TaskGraph(contextsMax);
        if (in.readInt() != MAGIC) {
            throw new IOException("not a saved task graph of this version");
        }
        int count = bounded(in.readInt(), contextsMax);
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            Context context = new Context();
            context.weight = in.readDouble();
            int sets = bounded(in.readInt(), SETS_MAX);
            for (int s = 0; s < sets; s++) {
                double weight = in.readDouble();
                TreeMap<String, Integer> counts = new TreeMap<>();
                int types = bounded(in.readInt(), 1 << 16);
                for (int t = 0; t < types; t++) {
                    counts.put(in.readUTF(), Math.max(1, in.readInt()));
                }
                context.sets.put(new SuccessorSet(counts), weight);
            }
            int edges = bounded(in.readInt(), EDGES_MAX);
            for (int e = 0; e < edges; e++) {
                String type = in.readUTF();
                Edge edge = new Edge();
                edge.weight = in.readDouble();
                edge.newTasks = in.readDouble();
                edge.bytes = in.readDouble();
                for (int f = 0; f < FAN; f++) {
                    edge.fan[f] = in.readDouble();
                }
                edge.delay.read(in);
                context.edges.put(type, edge);
            }
            graph.contexts.put(name, context);
        }
        int fanOuts = bounded(in.readInt(), FAN_OUTS_MAX);
        for (int f = 0; f < fanOuts; f++) {
            String name = in.readUTF();
            graph.fanOuts.put(name, FanOut.read(in));
        }
        return graph;
    }

    static int bounded(int count, int most) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("damaged: " + count + " where at most " + most + " can be");
        }
        return count;
    }
}
