package dev.warmfront.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the metadata service of the cloud that this machine is of whether the machine is about to be taken back. EC2 gives two
 * minutes' notice of it, and may recommend earlier to move elsewhere; Compute Engine gives half a minute.
 */
final class CloudNotices {

    /** Whose metadata service is asked. */
    enum Cloud {
        /** EC2's instance metadata service, version 2. */
        EC2("http://169.254.169.254"),
        /** Compute Engine's metadata server. */
        GCE("http://metadata.google.internal");

        private final String usualUrl;

        Cloud(String usualUrl) {
            this.usualUrl = usualUrl;
        }
    }

    /**
     * Where to ask.
     *
     * @param url without a slash at the end
     */
    record Source(Cloud cloud, String url) {

        /**
         * As {@code WARMFRONT_CLOUD} and {@code WARMFRONT_METADATA_URL} have it.
         *
         * @param url in place of the cloud's own; null for that
         */
        static Source of(String cloud, @Nullable String url) throws AgentConfig.BadConfigException {
            for (Cloud known : Cloud.values()) {
                if (known.name().toLowerCase(Locale.ROOT).equals(cloud)) {
                    String given = url == null || url.isBlank() ? known.usualUrl : url;
                    AgentConfig.checkUrl(given, "WARMFRONT_METADATA_URL");
                    return new Source(known, AgentConfig.withoutSlash(given));
                }
            }
            throw new AgentConfig.BadConfigException("WARMFRONT_CLOUD is neither ec2 nor gce");
        }
    }

    /**
     * What was announced.
     *
     * @param name in words of the protocol
     * @param by the time, as the cloud writes it; null where it names none
     * @param last whether nothing worse can follow
     */
    record Notice(String name, @Nullable String by, boolean last) {}

    private static final int PATIENCE_MILLIS = 2_000;
    private static final int MOST_BYTES = 64 << 10;
    private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";

    /** As long as EC2 permits, in seconds; asked for anew when it is refused. */
    private static final String TOKEN_LIFE = "21600";

    private record Answer(int status, String body) {}

    private final Source source;
    private @Nullable String token;

    CloudNotices(Source source) {
        this.source = source;
    }

    /**
     * What stands now; null where nothing was announced.
     *
     * @throws IOException when there is no answer, or none that makes sense
     */
    @Nullable Notice ask() throws IOException {
        return switch (source.cloud()) {
            case EC2 -> ec2();
            case GCE -> gce();
        };
    }

    private @Nullable Notice ec2() throws IOException {
        Answer action = ec2("/latest/meta-data/spot/instance-action");
        if (action.status() == 200) {
            return new Notice("spot-interruption", time(action.body(), "time"), true);
        }
        Answer advice = ec2("/latest/meta-data/events/recommendations/rebalance");
        return advice.status() == 200
                ? new Notice("rebalance-recommendation", time(advice.body(), "noticeTime"), false)
                : null;
    }

    /** 200 or 404: there is one, or there is none. */
    private Answer ec2(String path) throws IOException {
        Answer answer = withToken(path);
        if (answer.status() == 401) {
            token = null;
            answer = withToken(path);
        }
        if (answer.status() != 200 && answer.status() != 404) {
            throw new IOException("HTTP " + answer.status());
        }
        return answer;
    }

    private Answer withToken(String path) throws IOException {
        String known = token;
        if (known == null) {
            Answer fresh = call("PUT", "/latest/api/token", Map.of(TOKEN_HEADER + "-ttl-seconds", TOKEN_LIFE));
            if (fresh.status() != 200) {
                throw new IOException("no token, HTTP " + fresh.status());
            }
            known = fresh.body().strip();
            token = known;
        }
        return call("GET", path, Map.of(TOKEN_HEADER, known));
    }

    private static @Nullable String time(String body, String member) {
        try {
            String time = JsonReader.read(body.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj object
                    ? object.text(member, "")
                    : "";
            return time.isEmpty() ? null : time;
        } catch (JsonException other) {
            // That there is a notice counts, whatever it says.
            return null;
        }
    }

    private @Nullable Notice gce() throws IOException {
        Answer preempted = call("GET", "/computeMetadata/v1/instance/preempted", Map.of("Metadata-Flavor", "Google"));
        if (preempted.status() != 200) {
            throw new IOException("HTTP " + preempted.status());
        }
        return preempted.body().strip().equals("TRUE") ? new Notice("preemption", null, true) : null;
    }

    private Answer call(String method, String path, Map<String, String> headers) throws IOException {
        // The service is of this machine: whatever proxy the machine uses, it is not behind that.
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(source.url() + path).toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod(method);
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        headers.forEach(connection::setRequestProperty);
        int status = connection.getResponseCode();
        try (@Nullable InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, in == null ? "" : new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        }
    }
}
