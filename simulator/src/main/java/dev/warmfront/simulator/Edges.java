package dev.warmfront.simulator;

/** Whether the scheduler is told which tasks of a submission wait for which. */
public enum Edges {
    /** A submission of several tasks is a workflow, told when it is submitted. */
    DECLARED,

    /**
     * Nobody declares any: a client submits each task at the moment when the last of those that it waits for has ended. A learner
     * beside the scheduler mines what follows what from what happened so far, and tells it.
     */
    MINED,

    /** The same without a learner. */
    HIDDEN
}
