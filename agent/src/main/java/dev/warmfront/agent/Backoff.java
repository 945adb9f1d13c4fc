package dev.warmfront.agent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses: 0.2 s doubling to 5 s, each up to a quarter shorter, so that many agents do not come back at once. */
final class Backoff {

    private static final long FIRST_MILLIS = 200;
    private static final long LAST_MILLIS = 5_000;

    private long nextMillis = FIRST_MILLIS;

    /** The pause before the next try. */
    Duration next() {
        long millis = nextMillis;
        nextMillis = Math.min(LAST_MILLIS, nextMillis * 2);
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4));
    }

    /** It worked: the next failure starts over. */
    void reset() {
        nextMillis = FIRST_MILLIS;
    }

    /** Pauses before the next try, or as long as the answer asked for where that is longer. */
    void pause(ControlPlane.Answer answer) throws InterruptedException {
        Duration pause = next();
        if (answer instanceof ControlPlane.Answer.Unavailable(var why, var asked) && asked.compareTo(pause) > 0) {
            pause = asked;
        }
        Thread.sleep(pause);
    }
}
