package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process takes of the machine. */
final class Footprint {

    private static final String RESIDENT = "VmRSS:";
    private static final long KIBIBYTE = 1024;

    private Footprint() {}

    /** Resident memory of a process, as the kernel counts it. */
    static long residentBytes(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(RESIDENT)) {
                    String number =
                            line.substring(RESIDENT.length()).replace("kB", "").strip();
                    return Long.parseLong(number) * KIBIBYTE;
                }
            }
        } catch (IOException e) {
            throw CliException.failed("cannot read " + status + " (a footprint needs Linux): " + e.getMessage());
        }
        throw CliException.failed(status + " does not say what is resident");
    }
}
