package dev.warmfront.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One control group (cgroup v2) that holds one process tree. {@code cpu.stat} and {@code cgroup.kill} exist in every group,
 * whatever controllers there are: exact CPU time and a kill that no fork outruns need no more than a writable folder.
 */
final class Cgroup {

    private final Path folder;

    Cgroup(Path folder) {
        this.folder = folder;
    }

    /** Who writes "0" here joins the group. */
    Path procs() {
        return folder.resolve("cgroup.procs");
    }

    List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        String text = read("cgroup.procs");
        if (text != null) {
            text.lines().forEach(line -> pids.add(Long.parseLong(line.strip())));
        }
        return pids;
    }

    long cpuNanos() {
        return keyed("cpu.stat", "usage_usec") * 1_000;
    }

    /** The most that was ever charged, 0 without the memory controller or before Linux 5.19. */
    long peakMemoryBytes() {
        String text = read("memory.peak");
        return text == null ? 0 : Long.parseLong(text.strip());
    }

    /** Whether the kernel killed a process of the group at its memory limit. */
    boolean outOfMemory() {
        return keyed("memory.events", "oom_kill") > 0;
    }

    /** Kills all members at once (Linux 5.14); where the file is missing, the caller's own loop has to do. */
    void kill() {
        write("cgroup.kill", "1");
    }

    /** Sets a limit where its controller is enabled. */
    void limit(String file, String value) {
        if (Files.exists(folder.resolve(file))) {
            write(file, value);
        }
    }

    /** Removes the empty group. The kernel may need a moment after the last member's end. */
    void remove() throws InterruptedException {
        for (int left = 40; !folder.toFile().delete() && Files.exists(folder) && left > 0; left--) {
            Thread.sleep(5);
        }
    }

    private long keyed(String file, String key) {
        String text = read(file);
        if (text == null) {
            return 0;
        }
        return text.lines()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private @Nullable String read(String file) {
        try {
            return new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.US_ASCII);
        } catch (IOException missing) {
            return null;
        }
    }

    private void write(String file, String value) {
        Cgroups.tryWrite(folder.resolve(file), value);
    }
}
