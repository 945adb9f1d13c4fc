package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says which known task type a task without a definition is likely to be: the vote of the most similar tasks seen, by code,
 * user, kind and size of input, and the words of the name. The last 2,048 tasks vote. Not safe for threads.
 */
public final class TaskClassifier {

    private static final int KEPT = 2048;
    private static final double SIMILARITY_MIN = 0.35;
    private static final double SHARPNESS = 12;

    private final Deque<Seen> seen = new ArrayDeque<>();

    /**
     * What can be known of a task before it runs. Unknown parts are empty or negative.
     *
     * @param codeHash hash of image or command
     * @param user who submits
     * @param inputKind what its input is
     * @param inputBytes how large
     * @param name what people call it; digits in it are taken to number it
     */
    public record Traits(String codeHash, String user, String inputKind, long inputBytes, String name) {}

    /** @param confidence share of the vote, in (0, 1] */
    public record Guess(String taskType, double confidence) {}

    private record Seen(Traits traits, String taskType) {}

    /** Learns the type of a task that has one. */
    public void learn(Traits traits, String taskType) {
        seen.addLast(new Seen(traits, taskType));
        if (seen.size() > KEPT) {
            seen.removeFirst();
        }
    }

    /** The likeliest type, or nothing where no task seen is like this one. */
    public Optional<Guess> guess(Traits traits) {
        Map<String, Double> votes = new TreeMap<>();
        double total = 0;
        for (Seen one : seen) {
            double similarity = similarity(traits, one.traits);
            if (similarity >= SIMILARITY_MIN) {
                double vote = Math.exp(SHARPNESS * similarity);
                votes.merge(one.taskType, vote, Double::sum);
                total += vote;
            }
        }
        Optional<Map.Entry<String, Double>> best = votes.entrySet().stream().max(Map.Entry.comparingByValue());
        double all = total;
        return best.map(entry -> new Guess(entry.getKey(), entry.getValue() / all));
    }

    /** In [0, 1]: code weighs most, for it decides what a task does. */
    private static double similarity(Traits a, Traits b) {
        double sum = 0.45 * same(a.codeHash, b.codeHash);
        sum += 0.2 * same(stem(a.name), stem(b.name));
        sum += 0.15 * same(a.user, b.user);
        sum += 0.1 * same(a.inputKind, b.inputKind);
        if (a.inputBytes >= 0 && b.inputBytes >= 0) {
            int apart = Math.abs(Signature.sizeBucket(a.inputBytes) - Signature.sizeBucket(b.inputBytes));
            sum += 0.1 / (1 + apart);
        }
        return sum;
    }

    private static double same(String a, String b) {
        return !a.isEmpty() && a.equals(b) ? 1 : 0;
    }

    /** The name without what numbers it. */
    static String stem(String name) {
        return name.replaceAll("[0-9]+", "#");
    }

    /** Writes the whole state. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(seen.size());
        for (Seen one : seen) {
            out.writeUTF(one.traits.codeHash);
            out.writeUTF(one.traits.user);
            out.writeUTF(one.traits.inputKind);
            out.writeLong(one.traits.inputBytes);
            out.writeUTF(one.traits.name);
            out.writeUTF(one.taskType);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged
     */
    public static TaskClassifier read(DataInput in) throws IOException {
        TaskClassifier classifier = new TaskClassifier();
        int count = in.readInt();
        if (count < 0 || count > KEPT) {
            throw new IOException("damaged: " + count + " tasks where at most " + KEPT + " vote");
        }
        for (int i = 0; i < count; i++) {
            Traits traits = new Traits(in.readUTF(), in.readUTF(), in.readUTF(), in.readLong(), in.readUTF());
            classifier.learn(traits, in.readUTF());
        }
        return classifier;
    }
}
