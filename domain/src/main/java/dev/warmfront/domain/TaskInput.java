package dev.warmfront.domain;

/** A file that a task reads; it lies on the task's machine before the task begins. */
public sealed interface TaskInput {

    /** By which the task finds it: {@code WARMFRONT_DATASET_<NAME>}; unique within the task. */
    String name();

    /**
     * A dataset of the tenant, as it was registered when the task was submitted.
     *
     * @param url where it is fetched from: http, https or file
     */
    record Dataset(String name, String url, Blob blob) implements TaskInput {
        public Dataset {
            DataNames.check("dataset", name);
        }
    }

    /**
     * What another task of the workflow made.
     *
     * @param parent among the task's parents
     * @param output the parent's name for it
     */
    record Output(String name, TaskId parent, String output) implements TaskInput {
        public Output {
            DataNames.check("input", name);
            DataNames.check("output", output);
        }
    }
}
