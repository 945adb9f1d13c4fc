package dev.warmfront.spi;

import java.util.Map;
import java.util.TreeMap;

/**
 * A stand-in with settings for it.
 *
 * @param <A> its own type, which {@link #with} gives back
 */
public abstract class StandInAccount<A extends StandInAccount<A>> implements AutoCloseable {

    private final StandInServer standIn;
    private final Map<String, String> settings = new TreeMap<>();

    /**
     * @param machineTypes the setting {@code machine-types}
     */
    protected StandInAccount(StandInServer standIn, String machineTypes) {
        this.standIn = standIn;
        settings.putAll(standIn.settings());
        settings.put("machine-types", machineTypes);
        settings.put("call-timeout-millis", "5000");
    }

    /** Makes a provider over it. The test closes it. */
    public abstract ComputeProvider open();

    /** How many machines there are, of whatever kind. */
    public abstract int machines();

    /** Itself. */
    protected abstract A self();

    /** Sets one of the settings. */
    public final A with(String name, String value) {
        settings.put(name, value);
        return self();
    }

    /** Leaves one of the settings out. */
    public final A without(String name) {
        settings.remove(name);
        return self();
    }

    /** The settings as they are now. */
    public final Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    @Override
    public final void close() {
        standIn.close();
    }
}
