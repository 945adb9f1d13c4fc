package dev.warmfront.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that tasks may call.
 *
 * @param name 1 to 63 letters, digits, - and _, beginning with a letter
 * @param endpoints any of which serves, 1 to 16
 */
public record ServiceRequest(
        @Nullable String name, @Nullable List<EndpointRequest> endpoints) {

    /**
     * Where it listens.
     *
     * @param address {@code host:port}
     * @param zone of the provider, where the machines' zones have the same names
     */
    public record EndpointRequest(
            @Nullable String address, @Nullable String zone) {}
}
