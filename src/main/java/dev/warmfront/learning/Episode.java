package dev.warmfront.learning;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.forecast.TaskClassifier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a task, as the learner is told it, in the order of time.
 *
 * @param workflow the workflow it belongs to, or null
 * @param parents tasks of the workflow that had to succeed first
 * @param seconds how long its last attempt ran, where it succeeded; NaN otherwise and at its submission
 * @param attempt number of its last attempt, 0 where there was none here
 * @param look what tells it from others where its type does not
 */
record Episode(
        Place place,
        @Nullable String workflow,
        String taskType,
        TaskTraits traits,
        List<String> parents,
        double seconds,
        int attempt,
        TaskClassifier.Traits look) {

    private static final int LONGEST_LOOK = 200;

    /** How a task looks before it runs: what runs, its name, and the size of its input. */
    static TaskClassifier.Traits look(TaskSpec task) {
        List<String> words = task.command().argv();
        // A script says more than the interpreter that runs it.
        boolean script = words.size() > 1 && !words.get(1).startsWith("-");
        String program = script ? words.getFirst() + " " + words.get(1) : words.getFirst();
        return new TaskClassifier.Traits(cut(program), "", "", task.traits().inputBytes(), cut(task.name()));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_LOOK ? text : text.substring(0, LONGEST_LOOK);
    }

    /** In the order in which they follow each other where the times are the same. */
    enum Kind {
        SUBMITTED(0),
        ENDED(1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** As rows and archives have it. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            return code == SUBMITTED.code ? SUBMITTED : ENDED;
        }
    }

    /**
     * Where it stands in the order of time: what was learned is known by the last place.
     *
     * @param tenant empty only before the first
     */
    record Place(Instant at, Kind kind, String tenant, String task) {
        /** Before everything from {@code at} on. */
        static Place before(Instant at) {
            return new Place(at, Kind.SUBMITTED, "", "");
        }
    }

    Instant at() {
        return place.at();
    }

    TenantId tenant() {
        return new TenantId(place.tenant());
    }
}
