package dev.warmfront.scheduler;

/** What the sender of an event is told. */
public sealed interface Answer {

    /** It was taken up (or had been before: a repeated event is taken up without effect). */
    record Done() implements Answer {}

    /** It cannot be taken up; nothing changed. */
    record Refused(Refusal refusal, String detail) implements Answer {}

    /** Why an event was refused. */
    enum Refusal {
        UNKNOWN_TENANT,
        UNKNOWN_ENVIRONMENT,
        UNKNOWN_TASK,
        UNKNOWN_WORKFLOW,
        UNKNOWN_INSTANCE,
        /** The task or workflow has already ended. */
        ALREADY_FINAL,
        /** No offering in the allowed placements is large enough for the request. */
        NEVER_FITS,
        /** Parents form a cycle, name unknown tasks, or ids repeat. */
        INVALID_WORKFLOW,
        /** No pool policy has this name. */
        UNKNOWN_POLICY,
        /** Live tasks need it. */
        IN_USE,
        /** A limit of the cell is reached; try later. */
        OVERLOADED
    }

    Answer DONE = new Done();
}
