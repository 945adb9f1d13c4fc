package dev.warmfront.local;

import dev.warmfront.local.ProcessTable.Marks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The branch of the cgroup v2 hierarchy that an agent makes for its tasks where it may, below the group it was started in.
 * Nothing leaves it by forking, changing its session or overwriting its environment (as servers do that show a title in
 * ps), so it finds what the marks miss; and it stays behind, empty, when an agent is killed.
 */
final class AgentBranch {

    private static final Path PROC = Path.of("/proc");

    private AgentBranch() {}

    /** The branches of the instance: none, or one; two after a control plane and its agent moved to another group. */
    static List<Path> find(Optional<ProcessId> agent, Marks marks) {
        Optional<Path> mount = mount();
        Set<Path> branches = new HashSet<>();
        if (mount.isPresent()) {
            groupOf("self").map(group -> branch(mount.get(), group, marks)).ifPresent(branches::add);
            agent.filter(ProcessTable::alive)
                    .flatMap(process -> groupOf(Long.toString(process.pid())))
                    .map(group -> branch(mount.get(), group, marks))
                    .ifPresent(branches::add);
        }
        return branches.stream().filter(Files::isDirectory).toList();
    }

    /** Named as the agent names it: by instance and home, so that two agents of one machine never share a branch. */
    private static Path branch(Path mount, String group, Marks marks) {
        String name = "warmfront-" + InstanceStore.encoded(marks.instance()) + "-"
                + Integer.toHexString(marks.home().hashCode());
        return mount.resolve(group.substring(1)).resolve(name);
    }

    private static Optional<String> groupOf(String pid) {
        return lines(PROC.resolve(pid).resolve("cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst();
    }

    private static Optional<Path> mount() {
        return lines(PROC.resolve("self/mounts")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1]))
                .findFirst();
    }

    /** Who is in it or in a group below it. */
    static Set<Long> processes(List<Path> branches) {
        Set<Long> pids = new HashSet<>();
        for (Path branch : branches) {
            for (Path group : groups(branch)) {
                lines(group.resolve("cgroup.procs")).forEach(pid -> pids.add(Long.valueOf(pid)));
            }
        }
        return pids;
    }

    /** Removes the branches. The kernel keeps what is not empty; there is nobody to tell then. */
    static void remove(List<Path> branches) {
        for (Path branch : branches) {
            for (Path group : groups(branch).reversed()) {
                try {
                    Files.deleteIfExists(group);
                } catch (IOException busy) {
                    return;
                }
            }
        }
    }

    /** The group itself and all below it, parents first. */
    private static List<Path> groups(Path top) {
        List<Path> groups = new ArrayList<>(List.of(top));
        for (int i = 0; i < groups.size(); i++) {
            File[] children = groups.get(i).toFile().listFiles(File::isDirectory);
            for (File child : children == null ? new File[0] : children) {
                groups.add(child.toPath());
            }
        }
        return groups;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of(); // no Linux, no such process, or a group that has just gone
        }
    }
}
