package dev.warmfront.agent;

import java.time.Duration;

/**
 * What a registration gave.
 *
 * @param token instance-scoped, secret
 * @param poll how long a poll may be held
 * @param sample between two samples
 * @param logLimitBytes per stream
 */
record Session(String token, Duration poll, Duration sample, long logLimitBytes) {

    static Session from(Json.Obj answer) {
        return new Session(
                answer.text("instanceToken"),
                Duration.ofSeconds(Math.clamp(answer.whole("pollSeconds", 20), 1, 300)),
                Duration.ofSeconds(Math.clamp(answer.whole("sampleSeconds", 1), 1, 60)),
                Math.max(0, answer.whole("logLimitBytes", 1 << 20)));
    }

    @Override
    public String toString() {
        return "Session[poll=" + poll + ", sample=" + sample + ", logLimitBytes=" + logLimitBytes + "]";
    }
}
