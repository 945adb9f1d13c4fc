package dev.warmfront.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a machine is as it is.
 *
 * @param sentence the whole of it for people
 * @param state where it is in its life
 * @param since when it came there
 * @param reasonCode why, for filters
 * @param reason why, with the figures that decided it
 * @param causeTenant for whose sake it is held: it pays for idle time; null when nobody's
 * @param causeTask the task that asked for it, or used it last
 * @param hourly what it costs in each tier that it could be in
 * @param paid what was paid for it so far
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WhyView(
        String instance,
        String sentence,
        String state,
        Instant since,
        String reasonCode,
        String reason,
        @Nullable String causeTenant,
        @Nullable String causeTask,
        List<PriceView> hourly,
        List<PaidView> paid) {

    /** The price of a tier: HOT, a standby mode, or NONE once it has ended. */
    public record PriceView(String tier, long nanoUsd) {}

    /** A tenant's part; the empty tenant is nobody. */
    public record PaidView(String tenant, String kind, long nanoUsd) {}
}
