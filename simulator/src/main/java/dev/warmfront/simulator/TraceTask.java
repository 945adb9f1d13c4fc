package dev.warmfront.simulator;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One task of a trace.
 *
 * @param type what learners group by
 * @param runtimeMicros how long it ran, ≥ 0
 * @param parents places, in its submission, of the tasks that must end before it may run; all before its own
 */
public record TraceTask(String type, long runtimeMicros, List<Integer> parents) {

    private static final Pattern NUMBER = Pattern.compile("[_-]?(ID)?[0-9]+$");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.+-]{1,40}");

    public TraceTask {
        if (runtimeMicros < 0) {
            throw new IllegalArgumentException("a runtime is negative: " + runtimeMicros);
        }
        parents = List.copyOf(parents);
    }

    /**
     * What a recorded task is one of many of: its program, or its name without what numbers it.
     *
     * @param program as recorded; a whole script where it is no single word
     */
    public static String type(String name, String program) {
        return WORD.matcher(program).matches() ? program : NUMBER.matcher(name).replaceFirst("");
    }
}
