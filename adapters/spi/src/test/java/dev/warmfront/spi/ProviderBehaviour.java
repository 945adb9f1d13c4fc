package dev.warmfront.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the contract asks of every provider, one sentence each; a table of adapters against behaviours is made of it. */
public enum ProviderBehaviour {
    WELL_FORMED_OFFERINGS(
            "offers only what its capabilities cover, with a standby price exactly for supported modes", null),
    CONSTANT_CAPABILITIES("declares the same capabilities for as long as it lives, and when it is made anew", null),
    LAUNCH_LISTED("lists an accepted launch at once, with every tag, and it comes to run", null),
    LAUNCH_ONCE("launches once when a token is repeated", null),
    LAUNCH_ONCE_CONCURRENTLY("launches once when a token comes from many threads at the same time", null),
    LAUNCH_ONCE_ACROSS_RESTARTS("launches once when a token is repeated after the control plane was restarted", null),
    OTHERS_UNLISTED("does not list the instances of another installation", null),
    STANDBY_STOPPED("stops an instance and starts it again, or refuses to", Capability.STOP),
    STANDBY_SUSPENDED("suspends an instance and continues it, or refuses to", Capability.SUSPEND),
    STANDBY_HIBERNATED("hibernates an instance and restores it, or refuses to", Capability.HIBERNATE),
    STANDBY_ACROSS_RESTARTS("finds and starts an instance in standby after the control plane was restarted", null),
    START_RUNNING("accepts the start of an instance that runs", null),
    TERMINATE_ANY("ends an instance from any status, and stands being asked again", null),
    UNKNOWN_NOT_FOUND("knows nothing of an instance that never was", null),
    UNKNOWN_OFFERING_INVALID("refuses an offering that it does not have with a sentence, and launches nothing", null),
    CAPACITY("says when it is full, leaves nothing behind then, and has room again after an end", null),
    EVENTS("tells of an instance that ended by itself, or never tells anything", Capability.EVENTS),
    EVENTS_END("tells nothing more to a listener that has been closed", Capability.EVENTS),
    INTERRUPTION(
            "tells that it takes a spot instance back before it tells that it ended, or offers none", Capability.SPOT),
    CRASH_BEFORE_CALL("launches once when the control plane dies between its intent and the call", null),
    CRASH_BEFORE_ANSWER(
            "launches once, and lists it, when the control plane dies between the call and its answer", null),
    CRASH_BEFORE_COMMIT("launches once when the control plane dies between the answer and its commit", null),
    LOST_ANSWERS("is in the same state when a call whose answer was lost is made again", null),
    DELIVERED_TWICE("does once what the network delivers twice", null),
    CLOSE("closes without complaint, also twice, and its instances live on", null);

    private final String sentence;
    private final Optional<Capability> capability;

    ProviderBehaviour(String sentence, @Nullable Capability capability) {
        this.sentence = sentence;
        this.capability = Optional.ofNullable(capability);
    }

    /** What a provider does, to be read after its name. */
    public String sentence() {
        return sentence;
    }

    /** The capability that decides whether it must work or must be refused. */
    public Optional<Capability> capability() {
        return capability;
    }
}
