package dev.warmfront.pool;

import dev.warmfront.domain.StandbyMode;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReserveBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pool shall be run; what is left out stays as it is.
 *
 * @param policy {@code reactive}, {@code fixed-keep-alive} or {@code warmfront}
 * @param keepAliveSeconds how long an idle machine is kept hot
 * @param standbyMode where it goes then: STOPPED, SUSPENDED, HIBERNATED, or NONE to end it
 * @param standbyKeepAliveSeconds how long it is kept there
 * @param minReady idle machines always held
 * @param maxInstances machines that may exist at once
 * @param mode ACTIVE, FORECAST_ONLY (the policy is only listened to) or PAUSED
 * @param reserveBy REQUEST (a task is given what it asks for) or CURVE (what like tasks were seen to need, step by step)
 */
public record SettingsRequest(
        @Nullable String policy,
        @Nullable Double keepAliveSeconds,
        @Nullable String standbyMode,
        @Nullable Double standbyKeepAliveSeconds,
        @Nullable Integer minReady,
        @Nullable Integer maxInstances,
        @Nullable String mode,
        @Nullable String reserveBy) {

    private static final String NO_STANDBY = "NONE";

    PoolSettings over(PoolSettings current) {
        try {
            return new PoolSettings(
                    policy == null ? current.policy() : policy,
                    duration("keepAliveSeconds", keepAliveSeconds, current.keepAlive()),
                    standbyMode == null
                            ? current.standbyMode()
                            : standbyMode.equals(NO_STANDBY) ? null : StandbyMode.valueOf(standbyMode),
                    duration("standbyKeepAliveSeconds", standbyKeepAliveSeconds, current.standbyKeepAlive()),
                    minReady == null ? current.minReady() : minReady,
                    maxInstances == null ? current.maxInstances() : maxInstances,
                    mode == null ? current.mode() : parsed(mode),
                    reserveBy == null ? current.reserveBy() : reserving(reserveBy));
        } catch (IllegalArgumentException e) {
            boolean mode = String.valueOf(e.getMessage()).contains("StandbyMode");
            throw mode
                    ? Problems.invalid("standbyMode", "STOPPED, SUSPENDED, HIBERNATED or NONE")
                    : Problems.invalid("maxInstances", String.valueOf(e.getMessage()));
        }
    }

    private static PoolMode parsed(String mode) {
        try {
            return PoolMode.valueOf(mode);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("mode", "ACTIVE, FORECAST_ONLY or PAUSED");
        }
    }

    private static ReserveBy reserving(String by) {
        try {
            return ReserveBy.valueOf(by);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("reserveBy", "REQUEST or CURVE");
        }
    }

    private static Duration duration(String field, @Nullable Double seconds, Duration current) {
        Duration said = Bodies.seconds(field, seconds);
        return said == null ? current : said;
    }
}
