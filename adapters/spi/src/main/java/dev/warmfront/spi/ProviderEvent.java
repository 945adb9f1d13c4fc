package dev.warmfront.spi;

/** What a provider tells by itself. */
public sealed interface ProviderEvent {

    /** The provider's name of the instance. */
    String ref();

    /** It has ended. */
    record Ended(String ref) implements ProviderEvent {}

    /** The provider is about to take it back. */
    record Interruption(String ref) implements ProviderEvent {}
}
