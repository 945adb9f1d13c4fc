package dev.warmfront.spi;

/** The calls of {@link ComputeProvider} that reach a provider's API. */
public enum ProviderCall {
    OFFERINGS,
    LAUNCH,
    START,
    STOP,
    TERMINATE,
    DESCRIBE
}
