package dev.warmfront.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.ReserveBy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool: the machines of one offering inside one isolation domain.
 *
 * @param hot ready and idle
 * @param busy with at least one attempt
 * @param coming on their way to hot
 * @param standby held in standby, or on their way there
 * @param leaving draining or lost, still billed
 * @param queued tasks of the domain that wait for a machine
 * @param conditions what an operator should know, in sentences
 * @param advice what its policy would do, where the pool is FORECAST_ONLY and has been planned since
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolView(
        String id,
        String offering,
        String domain,
        SettingsView settings,
        long hot,
        long busy,
        long coming,
        long standby,
        long leaving,
        long queued,
        List<String> conditions,
        @Nullable AdviceView advice) {

    /** What the policy of a pool that only listens to it would do now. */
    public record AdviceView(String policy, int launches, int starts, int stops, int ends, int loads, String reason) {}

    /** How the pool is run. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SettingsView(
            String policy,
            double keepAliveSeconds,
            @Nullable StandbyMode standbyMode,
            double standbyKeepAliveSeconds,
            int minReady,
            int maxInstances,
            PoolMode mode,
            ReserveBy reserveBy) {

        static SettingsView of(PoolSettings settings) {
            return new SettingsView(
                    settings.policy(),
                    settings.keepAlive().toMillis() / 1e3,
                    settings.standbyMode(),
                    settings.standbyKeepAlive().toMillis() / 1e3,
                    settings.minReady(),
                    settings.maxInstances(),
                    settings.mode(),
                    settings.reserveBy());
        }
    }

    static PoolView of(
            String offering,
            String domain,
            PoolSettings settings,
            Map<String, Long> states,
            long queued,
            List<String> conditions,
            @Nullable AdviceView advice) {
        return new PoolView(
                offering + "@" + domain,
                offering,
                domain,
                SettingsView.of(settings),
                count(states, "HOT"),
                count(states, "BUSY"),
                count(states, "REQUESTED", "BOOTING", "WARMING", "STARTING"),
                count(states, "STANDBY", "STOPPING"),
                count(states, "DRAINING", "LOST"),
                queued,
                conditions,
                advice);
    }

    private static long count(Map<String, Long> states, String... names) {
        long sum = 0;
        for (String name : names) {
            sum += states.getOrDefault(name, 0L);
        }
        return sum;
    }
}
