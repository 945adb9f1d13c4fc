package dev.warmfront.agent;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Linux's /proc (proc_pid_stat(5) and its neighbours). A process may vanish at any moment, so everything that is not
 * there is null or zero; on a system without /proc nothing is ever there.
 */
final class ProcFs {

    /** USER_HZ, the unit of times in /proc/PID/stat: 100 a second on every architecture that Linux has a JDK for. */
    static final long TICK_NANOS = 10_000_000;

    /**
     * One process.
     *
     * @param ownTicks its CPU time
     * @param childTicks the CPU time of its ended children, theirs included
     */
    record Stat(long pid, char state, long parent, long group, long session, long ownTicks, long childTicks) {

        /** It runs no more and only waits for its parent to take note. */
        boolean ended() {
            return state == 'Z' || state == 'X';
        }
    }

    /** Resident memory now and at most, bytes. */
    record Memory(long residentBytes, long peakBytes) {}

    /** Bytes from and to storage, those of ended children included. */
    record Io(long readBytes, long writtenBytes) {

        static final Io NONE = new Io(0, 0);
    }

    private static final File PROC = new File("/proc");

    private ProcFs() {}

    /** All processes that can be seen. */
    static List<Stat> all() {
        List<Stat> all = new ArrayList<>();
        String[] names = PROC.list();
        if (names != null) {
            for (String name : names) {
                if (name.charAt(0) >= '0' && name.charAt(0) <= '9') {
                    Stat stat = parseStat(read(name, "stat"));
                    if (stat != null) {
                        all.add(stat);
                    }
                }
            }
        }
        return all;
    }

    /** The line of /proc/PID/stat; the name in its second field may hold anything, blanks and brackets too. */
    static @Nullable Stat parseStat(@Nullable String line) {
        int open = line == null ? -1 : line.indexOf('(');
        int close = line == null ? -1 : line.lastIndexOf(')');
        if (line == null || open < 0 || close < 0) {
            return null;
        }
        String[] fields = line.substring(close + 2).split(" ", -1);
        return new Stat(
                Long.parseLong(line.substring(0, open).strip()),
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }

    static @Nullable Stat stat(long pid) {
        return parseStat(read(Long.toString(pid), "stat"));
    }

    static Memory memory(long pid) {
        String status = read(Long.toString(pid), "status");
        return status == null
                ? new Memory(0, 0)
                : new Memory(field(status, "VmRSS:") * 1024, field(status, "VmHWM:") * 1024);
    }

    static Io io(long pid) {
        String io = read(Long.toString(pid), "io");
        return io == null ? Io.NONE : parseIo(io);
    }

    static Io parseIo(String text) {
        return new Io(field(text, "\nread_bytes:"), field(text, "\nwrite_bytes:"));
    }

    /** The machine's memory; on a system without /proc what this process may use. */
    static long machineMemoryBytes() {
        try {
            return field(Files.readString(Path.of("/proc/meminfo")), "MemTotal:") * 1024;
        } catch (IOException noLinux) {
            return Runtime.getRuntime().maxMemory();
        }
    }

    /** Whether the process was started with all of these {@code NAME=value}. */
    static boolean hasVariables(long pid, Set<String> variables) {
        String environ = read(Long.toString(pid), "environ");
        if (environ == null || environ.isEmpty()) {
            return false;
        }
        Set<String> own = new HashSet<>(Arrays.asList(environ.split("\0", -1)));
        return own.containsAll(variables);
    }

    private static long field(String text, String name) {
        int at = text.indexOf(name);
        if (at < 0) {
            return 0;
        }
        long value = 0;
        for (int i = at + name.length(); i < text.length() && text.charAt(i) != '\n'; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                value = value * 10 + (c - '0');
            }
        }
        return value;
    }

    private static @Nullable String read(String pid, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", pid, file)), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return null;
        }
    }
}
