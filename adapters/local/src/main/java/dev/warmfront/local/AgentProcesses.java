package dev.warmfront.local;

import dev.warmfront.local.ProcessTable.Marks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Starts, freezes, continues and ends what an instance runs. The caller holds the instance. */
final class AgentProcesses {

    /** How long an agent may take to end by itself; it needs 3 s when its tasks ignore TERM. */
    private static final Duration TERM_PATIENCE = Duration.ofSeconds(5);

    /** How long the kernel may take to kill or freeze: beyond this a process hangs in an uninterruptible wait. */
    private static final Duration KERNEL_PATIENCE = Duration.ofSeconds(10);

    private static final long ROUND_MILLIS = 5;

    /** As agent/README.md recommends them, with figures. */
    private static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx24m",
            "-Xss256k",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:-UsePerfData");

    /** What an agent inherits. Everything else of the control plane's environment (passwords!) is none of its business. */
    private static final List<String> INHERITED = List.of("PATH", "LANG", "LC_ALL", "TZ");

    private final LocalSettings settings;
    private final InstanceStore store;
    private final Optional<String> setsid = setsid();

    AgentProcesses(LocalSettings settings, InstanceStore store) {
        this.settings = settings;
        this.store = store;
    }

    Marks marks(String name, InstanceRecord record) {
        return new Marks(record.tags().instance().value(), store.home(name));
    }

    /**
     * Starts the agent in a session of its own, with files in place of the control plane's terminal and pipes, so that it
     * outlives the control plane however that ends.
     */
    ProcessId start(String name, InstanceRecord record) throws IOException {
        List<String> command = new ArrayList<>();
        setsid.ifPresent(command::add);
        command.add(settings.java().toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-jar", settings.agentJar().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(store.home(name).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(store.log(name).toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.put("HOME", store.home(name).toString());
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("WARMFRONT_URL", record.controlPlane().toString());
        environment.put("WARMFRONT_INSTANCE", record.tags().instance().value());
        environment.put("WARMFRONT_HOME", store.home(name).toString());
        environment.put("WARMFRONT_REGISTRATION_TOKEN", store.secret(name));
        long pid = builder.start().pid();
        // One that has ended already has no start any more; any text differs from every other process's.
        return ProcessTable.identify(pid).orElseGet(() -> new ProcessId(pid, "ended"));
    }

    private static Optional<String> setsid() {
        return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "setsid"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Asks the agent to end, and ends it and everything else when it has, or has not in time. */
    void stop(String name, InstanceRecord record) throws IOException {
        Optional<ProcessId> agent = record.agent().filter(ProcessTable::alive);
        if (agent.isPresent()) {
            ProcessHandle.of(agent.get().pid()).ifPresent(ProcessHandle::destroy);
            long deadline = System.nanoTime() + TERM_PATIENCE.toNanos();
            while (ProcessTable.alive(agent.get()) && System.nanoTime() < deadline) {
                RootLocks.pause(ROUND_MILLIS);
            }
        }
        kill(name, record);
    }

    /** Kills everything, and looks again until nobody is left: a process may fork while it is being looked for. */
    void kill(String name, InstanceRecord record) throws IOException {
        List<Path> branches = AgentBranch.find(record.agent(), marks(name, record));
        long deadline = System.nanoTime() + KERNEL_PATIENCE.toNanos();
        Set<ProcessHandle> left = ProcessTable.members(record.agent(), marks(name, record));
        while (!left.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("processes of instance " + name + " do not end: " + pids(left));
            }
            left.forEach(ProcessHandle::destroyForcibly);
            RootLocks.pause(ROUND_MILLIS);
            left = ProcessTable.members(record.agent(), marks(name, record));
        }
        AgentBranch.remove(branches);
    }

    /** Stops the clock of everything; returns when nobody runs. */
    void freeze(String name, InstanceRecord record) throws IOException {
        signalUntil("STOP", name, record, true);
    }

    /** Continues everything. */
    void unfreeze(String name, InstanceRecord record) throws IOException {
        signalUntil("CONT", name, record, false);
    }

    private void signalUntil(String signal, String name, InstanceRecord record, boolean frozen) throws IOException {
        long deadline = System.nanoTime() + KERNEL_PATIENCE.toNanos();
        while (true) {
            List<Long> others = pids(ProcessTable.members(record.agent(), marks(name, record))).stream()
                    .filter(pid -> !ProcessTable.tellsFrozen() || ProcessTable.frozen(pid) != frozen)
                    .toList();
            if (others.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("processes of instance " + name + " do not obey " + signal + ": " + others);
            }
            signal(signal, others);
            if (!ProcessTable.tellsFrozen()) {
                return;
            }
            RootLocks.pause(ROUND_MILLIS);
        }
    }

    private static List<Long> pids(Set<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).sorted().toList();
    }

    /** The JDK sends TERM and KILL only. The shell's own kill is everywhere; that somebody has gone meanwhile is no error. */
    private static void signal(String signal, List<Long> pids) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s " + signal + " \"$@\"", "sh"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        Process kill = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        while (kill.isAlive()) {
            RootLocks.pause(1);
        }
    }
}
