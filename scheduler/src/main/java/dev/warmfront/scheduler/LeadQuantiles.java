package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.StandbyMode;
import java.time.Duration;
import java.util.Optional;

/**
 * How long instances take to come from one tier to another, as far as it was seen (policy.md §1: L_O, L_S and L_h are
 * distributions). Whoever asks falls back to what is declared. (A fixed triple of them is {@link
 * dev.warmfront.cost.LeadTimes}.)
 */
public interface LeadQuantiles {

    /** Nothing was seen. */
    LeadQuantiles UNKNOWN = (offering, way, phase, probability) -> Optional.empty();

    /** From where to where. */
    enum Way {
        LAUNCH,
        WAKE_STOPPED,
        WAKE_SUSPENDED,
        WAKE_HIBERNATED,
        STOP,
        SUSPEND,
        HIBERNATE;

        /** Out of standby. */
        public static Way wake(StandbyMode mode) {
            return switch (mode) {
                case STOPPED -> WAKE_STOPPED;
                case SUSPENDED -> WAKE_SUSPENDED;
                case HIBERNATED -> WAKE_HIBERNATED;
            };
        }

        /** Into standby. */
        public static Way into(StandbyMode mode) {
            return switch (mode) {
                case STOPPED -> STOP;
                case SUSPENDED -> SUSPEND;
                case HIBERNATED -> HIBERNATE;
            };
        }
    }

    /** How far on the way, from its decision. */
    enum Phase {
        /** The provider has taken the call. */
        ACCEPTED,
        /** The agent has called home: it runs. On the way into standby there is no such moment. */
        AGENT,
        /** It is hot; on the way into standby: it is there. */
        READY
    }

    /**
     * The time from the decision to a phase that a share of instances keep.
     *
     * @param probability above 0, below 1
     * @return empty where nothing like it was seen
     */
    Optional<Duration> quantile(Offering offering, Way way, Phase phase, double probability);
}
