package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a machine where control groups are not permitted, and the limits where they are. */
class ExecutionTest {

    private final Path folder;
    private final Launcher launcher;

    ExecutionTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        launcher = new Launcher(Home.open(folder), null);
    }

    private Execution start(String... argv) throws Exception {
        return launcher.start(new Launcher.Spec(
                "t",
                List.of(argv),
                Map.of(),
                Map.of("WARMFRONT_TASK", "t-" + folder.getFileName(), "WARMFRONT_ATTEMPT", "1"),
                Map.of(),
                folder,
                folder.resolve("out"),
                folder.resolve("err"),
                Desired.Limits.NONE,
                Duration.ofSeconds(20)));
    }

    @Test
    void countsCpuTimeThatNoSampleSaw() throws Exception {
        Execution.Outcome outcome = start("warmfront-burn", "0.15").await();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.usage().cpuNanos()).isBetween(120_000_000L, 190_000_000L);
    }

    @Test
    void countsCpuTimeOfChildren() throws Exception {
        Execution.Outcome outcome = start("sh", "-c", "for i in 1 2 3; do warmfront-burn 0.05 & done; wait")
                .await();
        assertThat(outcome.usage().cpuNanos()).isBetween(110_000_000L, 220_000_000L);
    }

    @Test
    void findsChildrenThatLeftTheSession() throws Exception {
        Execution execution = start("sh", "-c", "(setsid sh -c 'echo $$ >pid; exec sleep 99' &) ; sleep 99");
        StubControlPlane.await("the child", () -> folder.resolve("pid").toFile().length() > 0);
        execution.stop(Report.End.CANCELLED, Execution.GRACE);
        assertThat(execution.await().end()).isEqualTo(Report.End.CANCELLED);
        ProcFs.Stat stat = ProcFs.stat(
                Long.parseLong(Files.readString(folder.resolve("pid")).strip()));
        assertThat(stat == null || stat.ended()).isTrue();
    }

    @Test
    void leadsASessionOfItsOwn() throws Exception {
        Execution execution = start("sleep", "99");
        StubControlPlane.await("the session", () -> {
            ProcFs.Stat stat = ProcFs.stat(execution.pid());
            return stat != null && stat.session() == execution.pid();
        });
        execution.stop(Report.End.EVICTED, Duration.ZERO);
        assertThat(execution.await().end()).isEqualTo(Report.End.EVICTED);
    }

    @Test
    void killsWhatAnEarlierAgentLeftBehind() throws Exception {
        Execution execution = start("sleep", "99");
        launcher.killLeftovers();
        assertThat(execution.await().exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void writesTheLimitsInTheKernelsUnits() {
        assertThat(Cgroups.settings(new Desired.Limits(500, 1 << 20, 0)))
                .containsEntry("memory.max", "1048576")
                .containsEntry("memory.high", "max")
                .containsEntry("cpu.max", "50000 100000");
        assertThat(Cgroups.settings(Desired.Limits.NONE)).containsOnlyKeys("pids.max");
    }

    @Test
    void whatAnAttemptMayUseMovesWhileItRuns() throws Exception {
        Path group = Files.createDirectory(folder.resolve("moving"));
        for (String file : List.of("memory.max", "memory.high", "cpu.max")) {
            Files.createFile(group.resolve(file));
        }
        Cgroups.adjust(new Cgroup(group), new Desired.Limits(500, 1 << 20, 1 << 18));
        assertThat(group.resolve("memory.high")).hasContent("262144");
        // The kernel takes each write for itself; a file keeps what was longer.
        Files.writeString(group.resolve("memory.high"), "");

        Cgroups.adjust(new Cgroup(group), new Desired.Limits(500, 1 << 20, 0));

        assertThat(group.resolve("memory.high")).hasContent("max");
        assertThat(group.resolve("memory.max")).hasContent("1048576");
    }

    /** A plain folder stands in for cgroupfs: this checks what is written and read, not that a kernel obeys it. */
    @Test
    void readsWhatAGroupHasUsedAndSetsOnlyWhatItsControllersHave() throws Exception {
        Path group = Files.createDirectory(folder.resolve("group"));
        Files.createFile(group.resolve("memory.max"));
        Cgroup cgroup = new Cgroup(group);
        cgroup.limit("memory.max", "1048576");
        cgroup.limit("cpu.max", "50000 100000");
        assertThat(group.resolve("memory.max")).hasContent("1048576");
        assertThat(group.resolve("cpu.max")).doesNotExist();
        assertThat(cgroup.outOfMemory()).isFalse();
        Files.writeString(group.resolve("memory.events"), "low 0\noom 1\noom_kill 1\n");
        Files.writeString(group.resolve("cpu.stat"), "usage_usec 41187\nuser_usec 37068\n");
        Files.writeString(group.resolve("memory.peak"), "4096\n");
        assertThat(cgroup.outOfMemory()).isTrue();
        assertThat(cgroup.cpuNanos()).isEqualTo(41_187_000);
        assertThat(cgroup.peakMemoryBytes()).isEqualTo(4_096);
    }

    @Test
    void readsWhatWentToStorageAndNotWhatWentToTheCache() {
        String io = """
                rchar: 6976
                wchar: 1
                read_bytes: 4096
                write_bytes: 102400
                cancelled_write_bytes: 7
                """;
        assertThat(ProcFs.parseIo(io)).isEqualTo(new ProcFs.Io(4_096, 102_400));
    }

    @Test
    void readsProcessesWhoseNamesHoldBlanksAndBrackets() {
        ProcFs.Stat stat =
                ProcFs.parseStat("42 (a) b (c) R 1 40 40 0 -1 4194304 100 0 0 0 3 4 5 6 20 0 1 0 740636 3133440 380");
        assertThat(stat).isEqualTo(new ProcFs.Stat(42, 'R', 1, 40, 40, 7, 11));
    }
}
