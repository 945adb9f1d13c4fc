package dev.warmfront.agent;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All processes that one command became: those of its control group, of its session or process group, their descendants,
 * and those that carry its marks in their environment, which finds children that forked twice and left the session.
 *
 * @param leader the first process; leads the session where setsid exists
 * @param marks {@code NAME=value} that only this command's processes were started with
 * @param group null where control groups are not permitted
 */
record ProcessTree(long leader, Set<String> marks, @Nullable Cgroup group) {

    private static final int KILL_ROUNDS = 400;
    private static final long ROUND_MILLIS = 5;

    ProcessTree {
        if (leader <= 1) {
            throw new IllegalArgumentException("not a process that somebody could have started: " + leader);
        }
    }

    /** The living members as far as they can be told without reading environments, which costs more. */
    Set<Long> members(List<ProcFs.Stat> snapshot) {
        if (group != null) {
            return new HashSet<>(group.pids());
        }
        Set<Long> members = new HashSet<>();
        members.add(leader);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ProcFs.Stat stat : snapshot) {
                boolean mine = stat.session() == leader || stat.group() == leader || members.contains(stat.parent());
                grown |= mine && members.add(stat.pid());
            }
        }
        return living(members, snapshot);
    }

    private static Set<Long> living(Set<Long> members, List<ProcFs.Stat> snapshot) {
        Set<Long> living = new HashSet<>();
        for (ProcFs.Stat stat : snapshot) {
            if (!stat.ended() && members.contains(stat.pid())) {
                living.add(stat.pid());
            }
        }
        return living;
    }

    /** The living members, environments included. */
    Set<Long> everyone() {
        List<ProcFs.Stat> snapshot = ProcFs.all();
        if (snapshot.isEmpty()) {
            return descendants(); // no Linux
        }
        Set<Long> everyone = members(snapshot);
        everyone.addAll(carriers(snapshot, marks));
        return everyone;
    }

    private Set<Long> descendants() {
        Set<Long> living = new HashSet<>();
        ProcessHandle.of(leader).filter(ProcessHandle::isAlive).ifPresent(first -> {
            living.add(first.pid());
            first.descendants().forEach(child -> living.add(child.pid()));
        });
        return living;
    }

    /** The living processes that carry all marks; never this one. */
    static Set<Long> carriers(List<ProcFs.Stat> snapshot, Set<String> marks) {
        long self = ProcessHandle.current().pid();
        Set<Long> carriers = new HashSet<>();
        for (ProcFs.Stat stat : snapshot) {
            if (stat.pid() != self && !stat.ended() && ProcFs.hasVariables(stat.pid(), marks)) {
                carriers.add(stat.pid());
            }
        }
        return carriers;
    }

    /** Asks all to end (TERM). */
    void terminate() {
        for (long pid : everyone()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Ends what is left after the leader ended by itself. With a control group one small read says that nobody is. */
    void sweep() throws InterruptedException {
        if (group == null || !group.pids().isEmpty()) {
            kill();
        }
    }

    /**
     * Ends all (KILL), again until nobody is left: a process may fork while it is being looked for.
     *
     * @return false where somebody survived the patience of two seconds (a process in an uninterruptible wait)
     */
    boolean kill() throws InterruptedException {
        return killAll(() -> {
            if (group != null) {
                group.kill();
            }
            return everyone();
        });
    }

    /** Ends all processes that carry the marks; at least one mark, or it would be all there are. */
    static boolean killCarriers(Set<String> marks) throws InterruptedException {
        if (marks.isEmpty()) {
            throw new IllegalArgumentException("no marks");
        }
        return killAll(() -> carriers(ProcFs.all(), marks));
    }

    private static boolean killAll(Supplier<Set<Long>> find) throws InterruptedException {
        for (int round = 0; round < KILL_ROUNDS; round++) {
            Set<Long> left = find.get();
            if (left.isEmpty()) {
                return true;
            }
            for (long pid : left) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            Thread.sleep(ROUND_MILLIS);
        }
        return false;
    }
}
