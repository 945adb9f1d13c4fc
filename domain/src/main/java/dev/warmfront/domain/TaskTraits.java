package dev.warmfront.domain;

/**
 * What makes a task like others, for those who learn from it.
 *
 * @param signature of its code, its input's kind and rough size, and the variables that matter; tasks with the same are alike
 * @param inputBytes size of its input, {@link #SIZE_UNKNOWN} when nobody said
 */
public record TaskTraits(String signature, long inputBytes) {

    public static final long SIZE_UNKNOWN = -1;

    /** Of a task that nothing is told of. */
    public static final TaskTraits NONE = new TaskTraits("", SIZE_UNKNOWN);

    public TaskTraits {
        if (inputBytes < SIZE_UNKNOWN) {
            throw new IllegalArgumentException("an input has 0 bytes or more, not " + inputBytes);
        }
    }
}
