package dev.warmfront.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A page of figures of which each measurement writes its own part, between two marks. */
public final class BenchmarkPage {

    private BenchmarkPage() {}

    /** Of when and of what the figures are. */
    public static String stamp() {
        return LocalDate.now(ZoneOffset.UTC) + ", commit " + System.getenv().getOrDefault("BENCH_COMMIT", "unknown");
    }

    /**
     * Puts a part in the place of what it was before, or at the end.
     *
     * @param part as the marks around it name it
     */
    public static void replace(Path page, String part, String text) throws IOException {
        String begin = "<!-- begin " + part + " -->\n";
        String end = "<!-- end " + part + " -->\n";
        String before = Files.exists(page)
                ? Files.readString(page)
                : "# Benchmarks\n\nEach part is written by the command that it names.\n\n";
        int from = before.indexOf(begin);
        int to = before.indexOf(end);
        String with = begin + text.strip() + "\n" + end;
        Files.writeString(
                page,
                from < 0 || to < 0
                        ? before + with + "\n"
                        : before.substring(0, from) + with + before.substring(to + end.length()));
    }
}
