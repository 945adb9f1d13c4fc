package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * How many tasks of one type follow one of another, by what was to be seen of the run: laws that each tell it from one thing, weighted
 * by what each would have said of earlier runs (exponential weights on the error in octaves, as of experts). As many as there are tasks of some
 * type; a power of how many there are; a power of how large another type's inputs are. What the contexts of {@link TaskGraph} say is
 * one more.
 *
 * <p>Bounded: the last eight runs; all else is worked out from them when it is asked for. Not safe for threads.
 */
final class FanOut {

    private static final int RUNS_MAX = 8;

    /** How fast trust falls with error: by e⁴ per octave. */
    private static final double RATE = 4;

    /** The error of one that knew nothing yet, in octaves; to be wrong is worse than that where it is far off. */
    private static final double ERROR_OF_NOTHING = 2;

    private static final double ERROR_MAX = 4;

    /** A law that says "as many as" either holds or does not: beyond 7 % it does not. */
    private static final double SAME = 0.1;

    /** Before two widths were seen: in proportion. Where that is wrong, the law is not believed. */
    private static final double WIDTH_EXPONENT = 1;

    private static final double WIDTH_PRECISION = 0.25;

    /** Sizes of other tasks' inputs often tell nothing: a tie is the contexts'. */
    private static final double SIZES_SHARE = 0.5;

    private final Deque<Run> runs = new ArrayDeque<>();

    /** One run: what was to be seen, what the contexts said, what came. Counts are logarithms to base 2. */
    private static final class Run {
        final RunShape shape;
        final double said;
        double sum;
        double squares;
        int tasks;

        Run(RunShape shape, double said) {
            this.shape = shape;
            this.said = said;
        }

        double came() {
            return sum / tasks;
        }
    }

    /**
     * One law's opinion.
     *
     * @param count how many follow a task of the run's usual size
     * @param weight &gt; 0
     */
    record Vote(double count, double weight) {}

    private interface Law {
        /** What it says of a shape after some runs, as a logarithm; NaN where it knows nothing better than the contexts. */
        double says(RunShape shape, List<Run> before);

        /** Whether it is heard on a shape; it is judged all the same. */
        boolean heard(RunShape shape, List<Run> before);

        default double error(double says, double came) {
            return Math.min(ERROR_MAX, Math.abs(says - came));
        }
    }

    /** What the contexts say. */
    private record Contexts() implements Law {
        @Override
        public double says(RunShape shape, List<Run> before) {
            return Double.NaN;
        }

        @Override
        public boolean heard(RunShape shape, List<Run> before) {
            return true;
        }
    }

    /** As many as there are tasks of a type. */
    private record AsMany(String type) implements Law {
        @Override
        public double says(RunShape shape, List<Run> before) {
            return width(shape, type);
        }

        @Override
        public boolean heard(RunShape shape, List<Run> before) {
            return true;
        }

        @Override
        public double error(double says, double came) {
            return Math.abs(says - came) < SAME ? 0 : ERROR_MAX;
        }
    }

    /** A power of how many tasks of a type there are; heard once it was judged on another width than its first. */
    private record ByWidth(String type) implements Law {
        @Override
        public double says(RunShape shape, List<Run> before) {
            return power(shape, before, seen -> width(seen, type), WIDTH_EXPONENT, WIDTH_PRECISION, 0);
        }

        @Override
        public boolean heard(RunShape shape, List<Run> before) {
            return different(before, seen -> width(seen, type)).size() > 1;
        }
    }

    /** A power of how large a type's inputs are; heard where they were not always alike. */
    private record BySize(String type) implements Law {
        @Override
        public double says(RunShape shape, List<Run> before) {
            return power(
                    shape,
                    before,
                    seen -> size(seen, type),
                    TaskGraph.FAN_SLOPE,
                    TaskGraph.FAN_PRECISION,
                    log2(TaskGraph.FAN_OUT_MIN));
        }

        @Override
        public boolean heard(RunShape shape, List<Run> before) {
            Set<Double> sizes = different(before, seen -> size(seen, type));
            sizes.add(size(shape, type));
            return sizes.size() > 1;
        }
    }

    /** By how much tasks of one run differ: a standard deviation, in octaves. */
    double spread() {
        double squares = 0;
        int tasks = 0;
        for (Run run : runs) {
            squares += Math.max(0, run.squares - run.sum * run.sum / run.tasks);
            tasks += run.tasks;
        }
        return tasks == 0 ? 0 : Math.sqrt(squares / tasks);
    }

    /** Whether it has learned of this run. */
    boolean knows(String run) {
        return runs.stream().anyMatch(one -> one.shape.run().equals(run));
    }

    /**
     * Learns of one task.
     *
     * @param said how many the contexts expected of such a run, 0 where they knew nothing; counts at the first task of a run
     * @param came how many followed, ≥ 1
     */
    void learn(RunShape shape, int said, int came) {
        Run run = runs.stream()
                .filter(one -> one.shape.run().equals(shape.run()))
                .findFirst()
                .orElse(null);
        if (run == null) {
            run = new Run(shape, said == 0 ? Double.NaN : log2(said));
            runs.addLast(run);
            if (runs.size() > RUNS_MAX) {
                runs.removeFirst();
            }
        }
        double log = log2(came);
        run.sum += log;
        run.squares += log * log;
        run.tasks++;
    }

    /** How much the contexts are trusted, as a vote's weight. */
    double weightOfContexts() {
        return weight(List.copyOf(runs), new Contexts());
    }

    /** What the laws say of a task in a run of this shape; nothing where nothing is known. */
    List<Vote> votes(String taskType, RunShape shape) {
        List<Vote> votes = new ArrayList<>();
        if (!shape.stages().isEmpty() && !runs.isEmpty()) {
            List<Run> before = List.copyOf(runs);
            List<Law> asMany = new ArrayList<>();
            List<Law> byWidth = new ArrayList<>();
            List<Law> bySize = new ArrayList<>();
            for (String type : shape.stages().keySet()) {
                asMany.add(new AsMany(type));
                byWidth.add(new ByWidth(type));
                // Its own input's size is among the contexts.
                if (!type.equals(taskType)) {
                    bySize.add(new BySize(type));
                }
            }
            vote(votes, shape, before, asMany, 1);
            vote(votes, shape, before, byWidth, 1);
            vote(votes, shape, before, bySize, SIZES_SHARE);
        }
        return votes;
    }

    /** Laws of one kind share what the kind is trusted with. */
    private static void vote(List<Vote> votes, RunShape shape, List<Run> before, List<Law> laws, double share) {
        List<Law> heard = laws.stream()
                .filter(law -> law.heard(shape, before) && !Double.isNaN(law.says(shape, before)))
                .toList();
        for (Law law : heard) {
            double count = Math.pow(2, law.says(shape, before));
            votes.add(new Vote(count, share / heard.size() * weight(before, law)));
        }
    }

    private static double weight(List<Run> runs, Law law) {
        double loss = 0;
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            double says = law.says(run.shape, runs.subList(0, i));
            if (!Double.isNaN(says)) {
                loss += law.error(says, run.came());
            } else {
                loss += Double.isNaN(run.said)
                        ? ERROR_OF_NOTHING
                        : Math.min(ERROR_MAX, Math.abs(run.said - run.came()));
            }
        }
        return Math.exp(-RATE * loss);
    }

    private static double width(RunShape shape, String type) {
        RunShape.Stage stage = shape.stages().get(type);
        return stage == null ? Double.NaN : log2(stage.count());
    }

    private static double size(RunShape shape, String type) {
        RunShape.Stage stage = shape.stages().get(type);
        return stage == null || stage.sizeBucket() == Signature.SIZE_UNKNOWN ? Double.NaN : stage.sizeBucket();
    }

    private static Set<Double> different(List<Run> runs, ToDoubleFunction<RunShape> trait) {
        Set<Double> different = new TreeSet<>();
        runs.forEach(run -> different.add(trait.applyAsDouble(run.shape)));
        different.remove(Double.NaN);
        return different;
    }

    /**
     * What came where a trait was the same; else a power of it, with an exponent from 0 to 1 and a prior for it.
     *
     * @param precision of the prior, in squared octaves of the trait
     * @param least smaller counts are not told from traits never seen
     */
    private static double power(
            RunShape shape,
            List<Run> before,
            ToDoubleFunction<RunShape> trait,
            double exponent,
            double precision,
            double least) {
        double x = trait.applyAsDouble(shape);
        int known = 0;
        int alike = 0;
        double ofAlike = 0;
        double xSum = 0;
        double ySum = 0;
        double xxSum = 0;
        double xySum = 0;
        for (Run run : before) {
            double past = trait.applyAsDouble(run.shape);
            if (!Double.isNaN(past)) {
                double came = run.came();
                if (past == x) {
                    alike++;
                    ofAlike += came;
                }
                known++;
                xSum += past;
                ySum += came;
                xxSum += past * past;
                xySum += past * came;
            }
        }
        if (alike > 0) {
            return ofAlike / alike;
        }
        if (Double.isNaN(x) || known == 0 || ySum / known < least) {
            return Double.NaN;
        }
        double xx = xxSum - xSum * xSum / known;
        double xy = xySum - xSum * ySum / known;
        double slope = Math.max(0, Math.min((xy + precision * exponent) / (xx + precision), 1));
        return (ySum + slope * (known * x - xSum)) / known;
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(runs.size());
        for (Run run : runs) {
            run.shape.write(out);
            out.writeDouble(run.said);
            out.writeDouble(run.sum);
            out.writeDouble(run.squares);
            out.writeInt(run.tasks);
        }
    }

    static FanOut read(DataInput in) throws IOException {
        FanOut read = new FanOut();
        int count = TaskGraph.bounded(in.readInt(), RUNS_MAX);
        for (int i = 0; i < count; i++) {
            Run run = new Run(RunShape.read(in), in.readDouble());
            run.sum = in.readDouble();
            run.squares = in.readDouble();
            run.tasks = Math.max(1, in.readInt());
            read.runs.addLast(run);
        }
        return read;
    }
}
