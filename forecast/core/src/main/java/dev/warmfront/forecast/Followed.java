package dev.warmfront.forecast;

import java.util.List;

/**
 * A task that has ended and what followed it: what a task graph learns from.
 *
 * @param before the type of the task that it followed itself, or empty
 * @param taskType its type
 * @param sizeBucket {@link Signature#sizeBucket} of its input; tells runs of different size apart
 * @param shape what was to be seen of its run when the first of its type ended there; {@link RunShape#NONE} where no run is known
 * @param successors what followed, one per task
 */
public record Followed(String before, String taskType, int sizeBucket, RunShape shape, List<Successor> successors) {

    public Followed {
        successors = List.copyOf(successors);
    }

    /**
     * One task that followed.
     *
     * @param taskType its type
     * @param delaySeconds from the end of the one before to its submission, or to its being ready; ≥ 0
     * @param bytes what it read of what the one before wrote; 0 when unknown
     * @param parents how many tasks it followed in all, ≥ 1: a join counts once, not once per parent
     */
    public record Successor(String taskType, double delaySeconds, long bytes, int parents) {
        public Successor {
            if (!(delaySeconds >= 0) || bytes < 0 || parents < 1) {
                throw new IllegalArgumentException(
                        "delay %s, bytes %d, parents %d".formatted(delaySeconds, bytes, parents));
            }
        }
    }

    /** Which types followed, how many times. */
    public SuccessorSet set() {
        return SuccessorSet.of(successors.stream().map(Successor::taskType).toList());
    }
}
