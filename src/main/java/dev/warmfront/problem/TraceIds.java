package dev.warmfront.problem;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names for single answers, to be found again in the log. */
final class TraceIds {

    private TraceIds() {}

    static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
