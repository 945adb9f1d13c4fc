package dev.warmfront.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service that tasks may call. */
public record ServiceView(String name, List<EndpointView> endpoints, Instant createdAt) {

    /** Where it listens. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EndpointView(String address, @Nullable String zone) {}
}
