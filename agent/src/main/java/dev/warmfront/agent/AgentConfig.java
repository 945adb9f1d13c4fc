package dev.warmfront.agent;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the agent is started with.
 *
 * @param url the control plane, http or https, without a slash at the end
 * @param instance the instance's id
 * @param registrationToken good for one registration; null when only the instance token of an earlier start is left
 * @param home folder for logs, caches and the instance token
 * @param cacheBytes how much the cache of files may hold; null: a tenth of what the disk has free, 20 GiB at most
 * @param notices who announces that the machine is taken back; null where nobody does
 */
record AgentConfig(
        String url,
        String instance,
        @Nullable String registrationToken,
        Path home,
        @Nullable Long cacheBytes,
        CloudNotices.@Nullable Source notices) {

    /** The configuration cannot be used; the message is one line for people. */
    static final class BadConfigException extends Exception {

        private static final long serialVersionUID = 1L;

        BadConfigException(String message) {
            super(message);
        }
    }

    /**
     * Reads the configuration; a key of the file outranks the environment.
     *
     * @param file properties, or null
     */
    static AgentConfig load(Map<String, String> environment, @Nullable Path file) throws BadConfigException {
        Properties properties = new Properties();
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new BadConfigException("cannot read the configuration file " + file);
            }
        }
        UnaryOperator<@Nullable String> find = key -> properties.getProperty(key, environment.get(key));
        String url = required(find.apply("WARMFRONT_URL"), "WARMFRONT_URL");
        checkUrl(url, "WARMFRONT_URL");
        String instance = required(find.apply("WARMFRONT_INSTANCE"), "WARMFRONT_INSTANCE");
        Path home = Path.of(required(find.apply("WARMFRONT_HOME"), "WARMFRONT_HOME"))
                .toAbsolutePath()
                .normalize();
        String token = find.apply("WARMFRONT_REGISTRATION_TOKEN");
        if ((token == null || token.isBlank()) && !Files.exists(home.resolve(Home.TOKEN_FILE))) {
            throw new BadConfigException("WARMFRONT_REGISTRATION_TOKEN is missing");
        }
        String cloud = find.apply("WARMFRONT_CLOUD");
        return new AgentConfig(
                withoutSlash(url),
                instance,
                token == null || token.isBlank() ? null : token,
                home,
                cacheBytes(find.apply("WARMFRONT_CACHE_BYTES")),
                cloud == null || cloud.isBlank()
                        ? null
                        : CloudNotices.Source.of(cloud, find.apply("WARMFRONT_METADATA_URL")));
    }

    private static @Nullable Long cacheBytes(@Nullable String value) throws BadConfigException {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (!value.matches("[0-9]{1,18}")) {
            throw new BadConfigException("WARMFRONT_CACHE_BYTES is not a number of bytes");
        }
        return Long.valueOf(value);
    }

    static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String required(@Nullable String value, String key) throws BadConfigException {
        if (value == null || value.isBlank()) {
            throw new BadConfigException(key + " is missing");
        }
        return value;
    }

    static void checkUrl(String url, String key) throws BadConfigException {
        try {
            URI uri = new URI(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null) {
                throw new BadConfigException(key + " is not an http or https URL");
            }
        } catch (java.net.URISyntaxException malformed) {
            throw new BadConfigException(key + " is not a URL");
        }
    }

    /** Leaves the token out, so that no log line can show it. */
    @Override
    public String toString() {
        return "AgentConfig[url=" + url + ", instance=" + instance + ", home=" + home + "]";
    }
}
