package dev.warmfront.platform;

import java.nio.file.Path;

/** Where this process keeps its database, secrets and instances. */
final class DataFolder {

    static final String PROPERTY = "warmfront.data";

    private DataFolder() {}

    /**
     * @param configured the setting, empty when there is none: then WARMFRONT_DATA, else {@code .warmfront/data} under the
     *     working folder
     */
    static Path of(String configured) {
        if (!configured.isBlank()) {
            return Path.of(configured).toAbsolutePath().normalize();
        }
        String variable = System.getenv("WARMFRONT_DATA");
        return Path.of(variable == null || variable.isBlank() ? ".warmfront/data" : variable)
                .toAbsolutePath()
                .normalize();
    }
}
