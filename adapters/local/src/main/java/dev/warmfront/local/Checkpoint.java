package dev.warmfront.local;

import java.io.IOException;

/** Told at each moment after which a crash leaves something different behind; a test ends the work there. */
@FunctionalInterface
interface Checkpoint {

    /** Where a crash matters. */
    enum Moment {
        /** The folder is written under a temporary name. */
        FOLDER_WRITTEN,
        /** The folder has its name: the launch will be carried out whatever happens. */
        FOLDER_PLACED,
        /** The process runs, its pid is not recorded. */
        PROCESS_STARTED,
        /** The stop is recorded, the process not yet told. */
        STOP_RECORDED,
        /** The end is recorded, nothing killed yet. */
        END_RECORDED,
        /** Every process is gone, the folder is still there. */
        PROCESSES_KILLED
    }

    /** What the product runs with. */
    Checkpoint NONE = moment -> {};

    void reached(Moment moment) throws IOException;
}
