package dev.warmfront.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.warmfront.agent.CacheView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine.
 *
 * @param ref the provider's own name for it
 * @param domain whose tasks it may run
 * @param allocations attempts that it runs, with what is set aside for each
 * @param costNanoUsd what it has cost so far, as charged
 * @param timeline how it came here, where one machine is asked for
 * @param cache what its agent said of its cache of files, where one machine is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstanceView(
        String id,
        String pool,
        String provider,
        String offering,
        String domain,
        String state,
        Instant stateSince,
        @Nullable String ref,
        @Nullable String standbyMode,
        @JsonRawValue String warm,
        @JsonRawValue String allocations,
        @Nullable Instant hotSince,
        Instant lastUsedAt,
        Instant launchRequestedAt,
        @Nullable String causeTenant,
        @Nullable String causeTask,
        long costNanoUsd,
        @Nullable List<MoveView> timeline,
        @Nullable CacheView cache) {

    /** With what its agent said of its cache. */
    InstanceView with(@Nullable CacheView told) {
        return new InstanceView(
                id,
                pool,
                provider,
                offering,
                domain,
                state,
                stateSince,
                ref,
                standbyMode,
                warm,
                allocations,
                hotSince,
                lastUsedAt,
                launchRequestedAt,
                causeTenant,
                causeTask,
                costNanoUsd,
                timeline,
                told);
    }

    /** One move, with its reason. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MoveView(
            Instant at, @Nullable String from, String to, String trigger, String reasonCode, String reason) {}
}
