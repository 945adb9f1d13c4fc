package dev.warmfront.agent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Names one attempt: the fence of design.md I2 is that each number runs at most once. */
record AttemptKey(String tenant, String task, long number) {

    /** A file name for it. Task ids are unique in the installation, so the tenant is not part of it. */
    String fileName() {
        return encoded(task) + "-" + number;
    }

    /** A path for URLs, each segment encoded. */
    String urlPath() {
        return encoded(tenant) + "/" + encoded(task) + "/" + number;
    }

    /** Letters, digits and {@code . - _ *} stay, the rest becomes %XX; '+' (a blank) is not safe in a path. */
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return tenant + "/" + task + "#" + number;
    }
}
