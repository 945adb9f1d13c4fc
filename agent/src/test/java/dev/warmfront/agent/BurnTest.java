package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BurnTest {

    private final Path home;

    BurnTest(@TempDir Path home) throws Exception {
        this.home = home;
        Home.open(home);
    }

    /** The CPU seconds it used, by bash's own account of its children; -1 where the exit code is not 0. */
    private double burn(String path, String... arguments) throws Exception {
        String command = "TIMEFORMAT='%3U %3S'; time PATH='" + path + "' " + home.resolve("bin/warmfront-burn") + " "
                + String.join(" ", arguments);
        Path out = home.resolve("times");
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        int code = process.waitFor();
        if (code != 0) {
            return -1;
        }
        String[] times = Files.readString(out).strip().split(" ", -1);
        return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
    }

    // Never less than asked, by more than the clock's step. The account also holds the start of a shell and what a busy
    // host's other guests cost this one, hence the room above: less than twice what was asked of it.

    @Test
    void usesTheCpuTimeItWasToldTo() throws Exception {
        assertThat(burn("/usr/bin:/bin", "0.5")).isBetween(0.49, 0.9);
        assertThat(burn("/usr/bin:/bin", "0.5", "60000000")).isBetween(0.49, 0.9);
        assertThat(burn("/usr/bin:/bin", "5e-1")).isBetween(0.49, 0.9);
    }

    @Test
    void usesItWithoutPerlToo() throws Exception {
        assertThat(burn("/nonexistent", "0.5", "1000000")).isBetween(0.49, 0.9);
    }

    @Test
    void nothingIsAllowed() throws Exception {
        assertThat(burn("/usr/bin:/bin", "0")).isBetween(0.0, 0.2);
        assertThat(burn("/usr/bin:/bin", "0.00", "0")).isBetween(0.0, 0.2);
    }

    @Test
    void badArgumentsGiveAUsageLineAndExitCode64() throws Exception {
        for (String arguments : new String[] {"", "x", "-1", "1 x", "1 2 3", "1.2.3", "1e", "''", "1-2", "'1;ls'"}) {
            Path out = home.resolve("usage");
            Process process = new ProcessBuilder("sh", "-c", home.resolve("bin/warmfront-burn") + " " + arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            assertThat(process.waitFor()).as(arguments).isEqualTo(64);
            assertThat(out).hasContent("usage: warmfront-burn SECONDS [MEMORY_BYTES]");
        }
    }
}
