package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator, against the same server: what a durable commit costs where we measure. */
final class PgBench {

    private static final Pattern PER_SECOND = Pattern.compile("tps = ([0-9.]+)");
    private static final int PORT_LINE = 3;
    /** About the size of a task's row, so that the same bytes go to the log. */
    private static final int ROW_CHARACTERS = 400;

    private final Path program;
    private final int port;
    private final Path folder;

    private PgBench(Path program, int port, Path folder) {
        this.program = program;
        this.port = port;
        this.folder = folder;
    }

    /** One for the control plane's embedded server; empty where pgbench is not installed. */
    static Optional<PgBench> find(ControlPlane controlPlane) {
        return program().map(found -> {
            try {
                List<String> lines = Files.readAllLines(controlPlane.postmasterPid());
                int port = Integer.parseInt(lines.get(PORT_LINE).strip());
                return new PgBench(found, port, controlPlane.data());
            } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
                throw CliException.failed("cannot read PostgreSQL's port from " + controlPlane.postmasterPid());
            }
        });
    }

    private static Optional<Path> program() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder, "pgbench");
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of("/usr/lib/postgresql"))) {
            for (Path version : versions) {
                Path candidate = version.resolve("bin/pgbench");
                if (Files.isExecutable(candidate)) {
                    found.add(candidate);
                }
            }
        } catch (IOException none) {
            return Optional.empty();
        }
        return found.stream().max(Comparator.naturalOrder());
    }

    /** Single-row inserts, each its own transaction, per second. */
    double insertsPerSecond(int clients, double seconds) throws InterruptedException {
        try {
            Path table = Files.writeString(
                    folder.resolve("pgbench-table.sql"),
                    "create table if not exists pgbench_row (id bigint, body text);\n");
            run("-f", table.toString(), "-c", "1", "-t", "1");
            Path insert = Files.writeString(
                    folder.resolve("pgbench-insert.sql"),
                    "\\set id random(1, 1000000000)\ninsert into pgbench_row values (:id, '"
                            + "x".repeat(ROW_CHARACTERS) + "');\n");
            String output = run(
                    "-f",
                    insert.toString(),
                    "-M",
                    "prepared",
                    "-c",
                    Integer.toString(clients),
                    "-j",
                    "2",
                    "-T",
                    Long.toString(Math.max(1, Math.round(seconds))));
            Matcher matcher = PER_SECOND.matcher(output);
            if (!matcher.find()) {
                throw CliException.failed("pgbench said nothing about its speed: "
                        + output.lines().findFirst());
            }
            return Double.parseDouble(matcher.group(1));
        } catch (IOException e) {
            throw CliException.failed("cannot run pgbench: " + e.getMessage());
        }
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "-n", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres"));
        command.addAll(List.of(arguments));
        command.add("postgres");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw CliException.failed(String.format(
                    Locale.ROOT, "pgbench failed: %s", output.strip().replace('\n', ' ')));
        }
        return output;
    }
}
