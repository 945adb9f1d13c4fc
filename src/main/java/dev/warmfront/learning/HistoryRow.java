package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.warmfront.forecast.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task that ran elsewhere before, as its tenant tells of it.
 *
 * @param id the tenant's own name of it; a row whose id is known is skipped
 * @param submittedAt when it was submitted
 * @param startedAt when it began to run; its submission where missing
 * @param finishedAt when it ended well; null where it did not
 * @param runtimeSeconds in place of {@code finishedAt}
 * @param inputBytes how large its input was
 * @param code hash or version of what ran; the task type by default
 * @param workflow the run that it was part of
 * @param parents ids of the tasks of that run which had to end first
 */
@JsonIgnoreProperties(ignoreUnknown = false)
record HistoryRow(
        @Nullable String id,
        @Nullable String taskType,
        @Nullable Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Double runtimeSeconds,
        @Nullable Long inputBytes,
        @Nullable String code,
        @Nullable String workflow,
        @Nullable List<String> parents) {

    private static final int LONGEST_TEXT = 200;
    private static final int MOST_PARENTS = 10_000;
    private static final double LONGEST_SECONDS = 366 * 86_400.0;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** What is wrong with it; null when nothing is. */
    @Nullable String complaint(Instant now) {
        if (!isText(id)) {
            return "id must have 1 to " + LONGEST_TEXT + " characters";
        }
        if (!isText(taskType)) {
            return "taskType must have 1 to " + LONGEST_TEXT + " characters";
        }
        if (submittedAt == null || submittedAt.isBefore(EARLIEST) || submittedAt.isAfter(now)) {
            return "submittedAt must lie between the year 2000 and now";
        }
        if (runtimeSeconds != null && (!(runtimeSeconds >= 0) || runtimeSeconds > LONGEST_SECONDS)) {
            return "runtimeSeconds must be 0 to " + (long) LONGEST_SECONDS;
        }
        if (startedAt != null && startedAt.isBefore(submittedAt)) {
            return "startedAt must not be before submittedAt";
        }
        Instant end = end();
        if (end != null && (end.isBefore(start()) || end.isAfter(now))) {
            return "its end must lie between its start and now";
        }
        if (inputBytes != null && inputBytes < 0) {
            return "inputBytes must be 0 or more";
        }
        if ((code != null && !isText(code)) || (workflow != null && !isText(workflow))) {
            return "code and workflow may have " + LONGEST_TEXT + " characters";
        }
        if (parents != null
                && (workflow == null
                        || parents.size() > MOST_PARENTS
                        || !parents.stream().allMatch(HistoryRow::isText))) {
            return "parents must be ids of tasks, " + MOST_PARENTS + " at most, of a task that names its workflow";
        }
        return null;
    }

    private static boolean isText(@Nullable String text) {
        return text != null
                && !text.isBlank()
                && text.length() <= LONGEST_TEXT
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** When it began to run. */
    Instant start() {
        if (startedAt != null) {
            return startedAt;
        }
        return submittedAt == null ? Instant.EPOCH : submittedAt;
    }

    /** When it ended well; null where it did not. */
    @Nullable Instant end() {
        if (finishedAt != null || runtimeSeconds == null) {
            return finishedAt;
        }
        return start().plus(Duration.ofMillis(Math.round(runtimeSeconds * 1_000)));
    }

    String signature() {
        String what = code == null ? String.valueOf(taskType) : code;
        return Signature.of(what, "", bytes(), new TreeMap<>()).hex();
    }

    /** Size of its input, or −1. */
    long bytes() {
        return inputBytes == null ? Signature.SIZE_UNKNOWN : inputBytes;
    }
}
