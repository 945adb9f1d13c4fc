package dev.warmfront.agent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Starts commands: in a session of their own, with a clean environment, in a control group where there are some. */
final class Launcher {

    /** In every command's environment and nowhere else: tells what this agent, or an earlier one of this home, started. */
    static final String HOME_MARK = "WARMFRONT_AGENT_HOME";

    /**
     * What to start.
     *
     * @param name a file name, unique among what runs
     * @param identity the WARMFRONT_* variables, which {@code variables} cannot override
     * @param places further WARMFRONT_* variables, by which its processes are not told from others
     * @param folder the working folder
     */
    record Spec(
            String name,
            List<String> argv,
            Map<String, String> variables,
            Map<String, String> identity,
            Map<String, String> places,
            Path folder,
            Path stdout,
            Path stderr,
            Desired.Limits limits,
            Duration timeout) {}

    /** There is no process. Its message is a sentence for the tenant. */
    static final class NotStartedException extends Exception {

        private static final long serialVersionUID = 1L;

        NotStartedException(String message) {
            super(message);
        }
    }

    /**
     * The leader of each session. It joins the control group before anything of the tenant's runs, stays in the way of no
     * signal (a trapped signal is back at its default in the child), adds nothing to the child's output, and leaves the
     * totals that the kernel keeps for a parent: without it, the CPU time of a process that lived between two samples would
     * be lost where there is no control group.
     */
    private static final String LEADER = """
            exec 3>&2 2>/dev/null
            farewell=$1
            [ -z "$2" ] || echo 0 >"$2"
            shift 2
            trap : HUP INT QUIT TERM
            (exec "$@" 2>&3 3>&-)
            code=$?
            { read -r line </proc/$$/stat; echo "$line"; while read -r line; do echo "$line"; done </proc/$$/io; } >"$farewell"
            exit $code
            """;

    private static final String SYSTEM_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";

    private static final int MAX_SHEBANG_BYTES = 256;

    private final Home home;
    private final @Nullable Cgroups cgroups;
    private final @Nullable Path setsid;

    Launcher(Home home, @Nullable Cgroups cgroups) {
        this.home = home;
        this.cgroups = cgroups;
        this.setsid = find("setsid", SYSTEM_PATH);
    }

    /** What this machine lets us do, in the words of the protocol. */
    List<String> capabilities() {
        List<String> capabilities = new ArrayList<>();
        if (cgroups != null) {
            capabilities.add("cgroup");
            cgroups.controllers().stream().sorted().forEach(name -> capabilities.add("cgroup-" + name));
        }
        if (setsid != null) {
            capabilities.add("process-group");
        }
        return capabilities;
    }

    boolean hasCgroups() {
        return cgroups != null;
    }

    /** Kills what an earlier agent of this home left behind: each attempt has at most one life. */
    void killLeftovers() throws InterruptedException {
        ProcessTree.killCarriers(Set.of(HOME_MARK + "=" + home.root()));
    }

    Execution start(Spec spec) throws NotStartedException {
        Map<String, String> variables = environment(spec);
        Path program = program(spec, variables.getOrDefault("PATH", ""));
        Cgroup group = cgroups == null ? null : cgroups.create(spec.name(), spec.limits());
        Path farewell = home.run().resolve(spec.name());
        List<String> command = new ArrayList<>();
        if (setsid != null) {
            command.add(setsid.toString());
        }
        command.addAll(List.of("/bin/sh", "-c", LEADER, "warmfront-leader", farewell.toString()));
        command.add(group == null ? "" : group.procs().toString());
        command.add(program.toString());
        command.addAll(spec.argv().subList(1, spec.argv().size()));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(spec.folder().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(spec.stdout().toFile())
                    .redirectError(spec.stderr().toFile());
            builder.environment().clear();
            builder.environment().putAll(variables);
            long startedNanos = System.nanoTime();
            Process process = builder.start();
            Set<String> marks = new HashSet<>();
            spec.identity().forEach((name, value) -> marks.add(name + "=" + value));
            ProcessTree tree = new ProcessTree(process.pid(), marks, group);
            return new Execution(process, tree, farewell, startedNanos, spec.timeout());
        } catch (IOException | IllegalArgumentException refused) {
            throw new NotStartedException("The system refused to start '"
                    + spec.argv().getFirst() + "': "
                    + String.valueOf(refused.getMessage()).lines().findFirst().orElse("") + ".");
        }
    }

    private Map<String, String> environment(Spec spec) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("LANG", "C.UTF-8");
        out.put("HOME", spec.folder().toString());
        spec.variables().forEach((name, value) -> {
            if (!name.startsWith("WARMFRONT_")) {
                out.put(name, value);
            }
        });
        out.put("PATH", home.bin() + ":" + spec.variables().getOrDefault("PATH", SYSTEM_PATH));
        out.put(HOME_MARK, home.root().toString());
        out.putAll(spec.places());
        out.putAll(spec.identity());
        return out;
    }

    /** Looked for here and not left to the shell, because "no such program" is an end of its own, not exit code 127. */
    private static Path program(Spec spec, String path) throws NotStartedException {
        if (spec.argv().isEmpty() || spec.argv().getFirst().isEmpty()) {
            throw new NotStartedException("The command is empty.");
        }
        String name = spec.argv().getFirst();
        if (spec.argv().stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw new NotStartedException("The command holds a NUL character.");
        }
        Path program = name.contains("/") ? spec.folder().resolve(name).normalize() : find(name, path);
        if (program == null || !Files.exists(program)) {
            throw new NotStartedException("The program '" + name + "' does not exist on this machine.");
        }
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new NotStartedException("'" + name + "' is not an executable program.");
        }
        checkInterpreter(name, program);
        return program;
    }

    private static void checkInterpreter(String name, Path program) throws NotStartedException {
        try (InputStream in = Files.newInputStream(program)) {
            String head = new String(in.readNBytes(MAX_SHEBANG_BYTES), StandardCharsets.ISO_8859_1);
            if (head.startsWith("#!")) {
                String interpreter =
                        head.substring(2).lines().findFirst().orElse("").strip().split("[ \t]", 2)[0];
                if (interpreter.startsWith("/") && !Files.exists(Path.of(interpreter))) {
                    throw new NotStartedException(
                            "The interpreter '" + interpreter + "' of '" + name + "' does not exist on this machine.");
                }
            }
        } catch (IOException executableButNotReadable) {
            // Then it is no script, and the kernel may still run it.
        }
    }

    private static @Nullable Path find(String name, String path) {
        for (String folder : path.split(":", -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder).resolve(name);
            if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        return null;
    }
}
