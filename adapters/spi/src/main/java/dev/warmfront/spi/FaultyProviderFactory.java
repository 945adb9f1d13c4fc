package dev.warmfront.spi;

import dev.warmfront.domain.ProviderId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * Makes any provider a {@link FaultyProvider}, for game days: the setting {@code of} names the kind, settings that are not
 * declared here are that kind's own. A restart without it ends the game; instances are the same.
 */
public final class FaultyProviderFactory implements ComputeProviderFactory {

    private static final String KIND = "faulty";
    private static final String OF = "of";
    private static final String SEED = "seed";
    private static final String DELAY = "delay-millis";
    private static final String RETRY_AFTER = "retry-after-millis";
    private static final String PERCENT = "-percent";
    private static final long MOST_MILLIS = Duration.ofMinutes(10).toMillis();

    private static final List<Setting> DECLARED = List.of(
            new Setting(OF, "the kind of provider with which things go wrong", "", true, false),
            optional(SEED, "decides which calls are struck; the same seed strikes the same", "1"),
            optional("delay" + PERCENT, "calls of a hundred that are answered late", "0"),
            optional(DELAY, "how late, in milliseconds", "1000"),
            optional("duplicate" + PERCENT, "calls of a hundred that are delivered twice", "0"),
            optional("drop-request" + PERCENT, "calls of a hundred that never arrive", "0"),
            optional("drop-answer" + PERCENT, "calls of a hundred that are done and not answered", "0"),
            optional("throttle" + PERCENT, "calls of a hundred that are refused as too many", "0"),
            optional(RETRY_AFTER, "after how long a throttled call may come again, in milliseconds", "1000"),
            optional("stock-out" + PERCENT, "launches and starts of a hundred that find no capacity", "0"),
            optional("wrong-state" + PERCENT, "calls of a hundred that find the instance in the wrong state", "0"));

    private static Setting optional(String name, String description, String defaultValue) {
        return new Setting(name, description, defaultValue, false, false);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<Setting> settings() {
        return DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        Map<String, String> given = new HashMap<>();
        Map<String, String> rest = new HashMap<>(settings);
        for (Setting setting : DECLARED) {
            given.put(setting.name(), Objects.requireNonNullElse(rest.remove(setting.name()), ""));
        }
        SettingValues own = SettingValues.of(DECLARED, given);
        RandomFaults faults = faults(own);
        return new FaultyProvider(id, inner(own.text(OF)).create(id, rest), faults);
    }

    private static RandomFaults faults(SettingValues own) {
        Map<Fault, Integer> percents = new LinkedHashMap<>();
        Duration delay = Duration.ofMillis(own.whole(DELAY, 0, MOST_MILLIS));
        Duration retryAfter = Duration.ofMillis(own.whole(RETRY_AFTER, 0, MOST_MILLIS));
        percents.put(new Fault.Delay(delay), percent(own, "delay"));
        percents.put(new Fault.Duplicate(), percent(own, "duplicate"));
        percents.put(new Fault.DropRequest(), percent(own, "drop-request"));
        percents.put(new Fault.DropAnswer(), percent(own, "drop-answer"));
        percents.put(new Fault.Throttle(retryAfter), percent(own, "throttle"));
        percents.put(new Fault.StockOut(), percent(own, "stock-out"));
        percents.put(new Fault.WrongState(), percent(own, "wrong-state"));
        return new RandomFaults(own.whole(SEED, 0, Long.MAX_VALUE), percents);
    }

    private static ComputeProviderFactory inner(String kind) {
        List<String> known = new ArrayList<>();
        for (ComputeProviderFactory factory : ServiceLoader.load(ComputeProviderFactory.class)) {
            if (factory.kind().equals(kind) && !kind.equals(KIND)) {
                return factory;
            }
            known.add(factory.kind());
        }
        known.remove(KIND);
        known.sort(null);
        throw new IllegalArgumentException("setting of must be one of " + known + ", not '" + kind + "'");
    }

    private static int percent(SettingValues own, String fault) {
        return Math.toIntExact(own.whole(fault + PERCENT, 0, 100));
    }
}
