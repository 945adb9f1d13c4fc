package dev.warmfront.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own branch of the cgroup v2 hierarchy, one group per attempt below it. What is permitted is found out once,
 * by trying; where nothing is, there is no instance of this class and nothing else changes.
 */
final class Cgroups {

    /** The controllers that carry limits. */
    private static final List<String> WANTED = List.of("cpu", "memory", "pids", "io");

    /** Against fork bombs; a build with hundreds of compilers still passes. */
    private static final int MAX_PROCESSES = 4_096;

    private static final long CPU_PERIOD_MICROS = 100_000;

    private final Path folder;
    private final Set<String> controllers;

    Cgroups(Path folder, Set<String> controllers) {
        this.folder = folder;
        this.controllers = Set.copyOf(controllers);
    }

    /**
     * Makes the branch below the group this process is in, or gives null where that is not permitted. A branch that a crashed
     * agent left is emptied first: its processes are killed.
     *
     * @param name unique to instance and home, so that two agents on one machine never share a branch
     */
    static @Nullable Cgroups detect(String name) throws InterruptedException {
        Path own = ownGroup();
        if (own == null || !Files.isWritable(own)) {
            return null;
        }
        Path folder = own.resolve(name);
        empty(folder);
        if (!folder.toFile().isDirectory() && !folder.toFile().mkdir()) {
            return null;
        }
        Set<String> enabled = new TreeSet<>();
        for (String controller : WANTED) {
            if (tryWrite(own.resolve("cgroup.subtree_control"), "+" + controller)
                    && tryWrite(folder.resolve("cgroup.subtree_control"), "+" + controller)) {
                enabled.add(controller);
            }
        }
        Cgroups groups = new Cgroups(folder, enabled);
        Cgroup probe = groups.create("probe", Desired.Limits.NONE);
        if (probe == null) {
            return null;
        }
        probe.remove();
        return groups;
    }

    /** The controllers whose limits work here. */
    Set<String> controllers() {
        return controllers;
    }

    /** A group with these limits as far as controllers permit; null when it cannot be made. */
    @Nullable Cgroup create(String name, Desired.Limits limits) {
        Path group = folder.resolve(name);
        if (!group.toFile().mkdir()) {
            return null;
        }
        Cgroup cgroup = new Cgroup(group);
        adjust(cgroup, limits);
        return cgroup;
    }

    /** What is written where, in the order of writing. */
    static Map<String, String> settings(Desired.Limits limits) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (limits.memoryBytes() > 0) {
            settings.put("memory.high", limits.memoryHighBytes() > 0 ? Long.toString(limits.memoryHighBytes()) : "max");
            settings.put("memory.max", Long.toString(limits.memoryBytes()));
            settings.put("memory.swap.max", "0"); // the limit is on memory; swapping would only hide that it is reached
        }
        if (limits.cpuMillis() > 0) {
            settings.put("cpu.max", limits.cpuMillis() * CPU_PERIOD_MICROS / 1_000 + " " + CPU_PERIOD_MICROS);
        }
        settings.put("pids.max", Integer.toString(MAX_PROCESSES));
        return settings;
    }

    /** The group's limits are others now. */
    static void adjust(Cgroup group, Desired.Limits limits) {
        settings(limits).forEach(group::limit);
    }

    /** Ends the branch and what is in it. */
    void close() throws InterruptedException {
        empty(folder);
        new Cgroup(folder).remove();
    }

    private static void empty(Path folder) throws InterruptedException {
        File[] groups = folder.toFile().listFiles(File::isDirectory);
        for (File leftover : groups == null ? new File[0] : groups) {
            Cgroup group = new Cgroup(leftover.toPath());
            group.kill();
            group.remove();
        }
    }

    /** Whether the kernel took it. */
    static boolean tryWrite(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static @Nullable Path ownGroup() {
        try {
            String path = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .filter(line -> line.startsWith("0::"))
                    .map(line -> line.substring(3))
                    .findFirst()
                    .orElse(null);
            String mount = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                    .map(fields -> fields[1])
                    .findFirst()
                    .orElse(null);
            return path == null || mount == null ? null : Path.of(mount, path);
        } catch (IOException noLinux) {
            return null;
        }
    }
}
