package dev.warmfront.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The system's processes: who is alive, and who belongs to an instance. On Linux from /proc (proc_pid_stat(5)); elsewhere
 * from {@link ProcessHandle}, which knows descendants but no environments.
 */
final class ProcessTable {

    private static final Path PROC = Path.of("/proc");
    private static final boolean LINUX = Files.isReadable(PROC.resolve("self/stat"));
    private static final String BOOT = bootId();

    private ProcessTable() {}

    /**
     * How the processes of an instance are told from all others. The home is part of it, because two roots on one machine
     * may both have an instance of the same name.
     */
    record Marks(String instance, Path home) {

        private boolean onAgent(Set<String> environment) {
            return environment.contains(inEnvironment("WARMFRONT_INSTANCE", instance))
                    && environment.contains(inEnvironment("WARMFRONT_HOME", home.toString()));
        }

        private boolean on(Set<String> environment) {
            return onAgent(environment)
                    || (environment.contains(inEnvironment("WARMFRONT_INSTANCE", instance))
                            && environment.contains(inEnvironment("WARMFRONT_AGENT_HOME", home.toString())));
        }

        /** /proc gives bytes, which are read as Latin-1; the JDK wrote them in the platform's encoding. */
        private static String inEnvironment(String name, String value) {
            Charset platform = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
            return new String((name + "=" + value).getBytes(platform), StandardCharsets.ISO_8859_1);
        }
    }

    /** One line of the table; {@code state} as in ps(1). */
    private record Line(long pid, char state, long parent, long session, long startTicks) {

        private boolean ended() {
            return state == 'Z' || state == 'X';
        }

        private boolean frozen() {
            return state == 'T' || state == 't';
        }
    }

    /** The process that has this number now; empty when there is none that runs. */
    static Optional<ProcessId> identify(long pid) {
        if (LINUX) {
            return line(pid).filter(line -> !line.ended()).map(ProcessTable::id);
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(start -> new ProcessId(pid, Long.toString(start.toEpochMilli())));
    }

    /** Whether exactly this process still runs; one that only waits for its parent to take note does not. */
    static boolean alive(ProcessId process) {
        return identify(process.pid()).filter(process::equals).isPresent();
    }

    /** Whether the process is there and held by a stop signal; never elsewhere than on Linux, where nobody can tell. */
    static boolean frozen(long pid) {
        return line(pid).filter(Line::frozen).isPresent();
    }

    /** Whether {@link #frozen} can tell. */
    static boolean tellsFrozen() {
        return LINUX;
    }

    /** An agent of this instance that runs although no record says so; only Linux can tell. */
    static Optional<ProcessId> findAgent(Marks marks) {
        return lines().stream()
                .filter(line -> !line.ended() && marks.onAgent(environment(line.pid())))
                .min((a, b) -> Long.compare(a.startTicks(), b.startTicks()))
                .map(ProcessTable::id);
    }

    /**
     * Everything of the instance that runs: the agent, its session, its control groups, whoever carries the marks, and the
     * descendants of all of these. A session is only believed while the agent itself is there, because its number may since be another's.
     */
    static Set<ProcessHandle> members(Optional<ProcessId> recorded, Marks marks) {
        Optional<ProcessId> agent = recorded.filter(ProcessTable::alive);
        Set<ProcessHandle> members = new HashSet<>();
        if (!LINUX) {
            agent.flatMap(process -> ProcessHandle.of(process.pid())).ifPresent(handle -> {
                members.add(handle);
                handle.descendants().forEach(members::add);
            });
            return members;
        }
        long self = ProcessHandle.current().pid();
        for (long pid : memberPids(agent, marks)) {
            if (pid > 1 && pid != self) {
                ProcessHandle.of(pid).ifPresent(members::add);
            }
        }
        return members;
    }

    private static Set<Long> memberPids(Optional<ProcessId> agent, Marks marks) {
        Set<Long> grouped = AgentBranch.processes(AgentBranch.find(agent, marks));
        List<Line> lines = lines();
        Set<Long> found = new HashSet<>();
        for (Line line : lines) {
            boolean itself = agent.filter(process -> process.equals(id(line)) || process.pid() == line.session())
                    .isPresent();
            if (!line.ended() && (itself || grouped.contains(line.pid()) || marks.on(environment(line.pid())))) {
                found.add(line.pid());
            }
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Line line : lines) {
                grown |= !line.ended() && found.contains(line.parent()) && found.add(line.pid());
            }
        }
        return found;
    }

    private static ProcessId id(Line line) {
        return new ProcessId(line.pid(), BOOT + ":" + line.startTicks());
    }

    private static List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        String[] names = LINUX ? PROC.toFile().list() : null;
        for (String name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0))) {
                line(Long.parseLong(name)).ifPresent(lines::add);
            }
        }
        return lines;
    }

    private static Optional<Line> line(long pid) {
        return read(pid, "stat").map(ProcessTable::parse);
    }

    /** The name in the second field may hold anything, brackets and blanks too: fields are counted from its end. */
    private static Line parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Line(
                Long.parseLong(stat.substring(0, stat.indexOf(' '))),
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]));
    }

    private static Set<String> environment(long pid) {
        return read(pid, "environ")
                .map(text -> (Set<String>) new HashSet<>(Arrays.asList(text.split("\0", -1))))
                .orElse(Set.of());
    }

    private static Optional<String> read(long pid, String file) {
        if (!LINUX) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
            return bytes.length == 0 ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty(); // or another user's
        }
    }

    /** Ticks count from the start of the system; a restart begins them anew. */
    private static String bootId() {
        try {
            return Files.readString(new File("/proc/sys/kernel/random/boot_id").toPath())
                    .strip();
        } catch (IOException noLinux) {
            return "";
        }
    }
}
