package dev.warmfront.spi;

import dev.warmfront.domain.ProviderId;
import java.util.List;
import java.util.Map;

/** Makes providers of one kind from settings; found by {@link java.util.ServiceLoader}. */
public interface ComputeProviderFactory {

    /** The kind by which configuration chooses it, for example {@code local}. */
    String kind();

    /** The settings that it takes. */
    List<Setting> settings();

    /**
     * Makes a provider.
     *
     * @param id the name that its placements carry
     * @param settings values by setting name; what is absent takes its default
     * @throws IllegalArgumentException when a setting is unknown, missing or wrong; the message names it
     */
    ComputeProvider create(ProviderId id, Map<String, String> settings);

    /**
     * A setting.
     *
     * @param name kebab-case
     * @param description one line, with the unit
     * @param defaultValue the default as text; empty when the setting is required or off by default
     * @param required whether there must be a value
     * @param secret whether its value must never be shown
     */
    record Setting(String name, String description, String defaultValue, boolean required, boolean secret) {

        /** One that must be given. */
        public static Setting required(String name, String description) {
            return new Setting(name, description, "", true, false);
        }

        /** One that has a default, or is off without a value. */
        public static Setting optional(String name, String description, String defaultValue) {
            return new Setting(name, description, defaultValue, false, false);
        }
    }
}
