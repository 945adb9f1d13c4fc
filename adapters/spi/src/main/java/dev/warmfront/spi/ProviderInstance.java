package dev.warmfront.spi;

/**
 * An instance as its provider describes it.
 *
 * @param ref the provider's name of it
 * @param tags what it was marked with at launch
 * @param status how the provider sees it
 */
public record ProviderInstance(String ref, InstanceTags tags, Status status) {

    /** Portable statuses; what cannot be told is UNRECOGNIZED, never guessed. */
    public enum Status {
        PENDING,
        RUNNING,
        STOPPING,
        STOPPED,
        SUSPENDED,
        HIBERNATED,
        TERMINATED,
        UNRECOGNIZED
    }
}
