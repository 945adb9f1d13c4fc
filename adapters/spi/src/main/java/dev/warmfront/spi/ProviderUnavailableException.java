package dev.warmfront.spi;

import dev.warmfront.domain.ProviderId;

/** The provider was not reached, or it is not known whether it acted. The call may be repeated with the same token. */
public final class ProviderUnavailableException extends RuntimeException {

    private final ProviderId provider;
    private final String operation;
    private final boolean retryable;

    /**
     * @param retryable false when repeating cannot help before somebody changes a setting (credentials, endpoint)
     * @param message one sentence that names the setting to change where there is one; no secrets
     */
    public ProviderUnavailableException(
            ProviderId provider, String operation, boolean retryable, String message, Throwable cause) {
        super(message, cause);
        this.provider = provider;
        this.operation = operation;
        this.retryable = retryable;
    }

    public ProviderId provider() {
        return provider;
    }

    public String operation() {
        return operation;
    }

    public boolean retryable() {
        return retryable;
    }
}
