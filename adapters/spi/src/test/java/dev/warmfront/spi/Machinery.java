package dev.warmfront.spi;

import java.time.Duration;

/** What the machines of a stand-in run. Called while the stand-in holds its lock: it must be quick. */
public interface Machinery {

    /** Nothing at all. */
    Machinery NONE = new Machinery() {
        @Override
        public void up(String ref, String script) {}

        @Override
        public void down(String ref) {}
    };

    /**
     * A machine has been powered on, for the first time or again.
     *
     * @param script the bootstrap that it was launched with
     */
    void up(String ref, String script);

    /** It has been powered off, for a while or for good. */
    void down(String ref);

    /** It will be taken back when the notice is over, as its metadata service says. */
    default void noticed(String ref, Duration notice) {}
}
