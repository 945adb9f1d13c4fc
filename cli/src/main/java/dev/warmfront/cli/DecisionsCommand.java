package dev.warmfront.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Decides logged events again, by the control plane's own classes. */
@Command(
        name = "decisions",
        description = {
            "Decides a control plane's logged events again and compares.",
            "A control plane writes them where -Dwarmfront.cell.event-log=FOLDER (or WARMFRONT_CELL_EVENT_LOG) says, a file for each"
                    + " time that it took its cell. Exit code 1 says that a decision differs."
        },
        mixinStandardHelpOptions = true)
final class DecisionsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Logs of events.")
    List<Path> files = List.of();

    private final Context context;

    DecisionsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "dev.warmfront.cell.EventLogReplay"));
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw CliException.badUse(file + " cannot be read: name the files that the control plane wrote.");
            }
            command.add(file.toString());
        }
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw CliException.failed("no Java could be started: " + e.getMessage());
        }
    }

    private String classPath() {
        Path app = ControlPlane.app(context.home()).resolveSibling("app");
        Path lib = app.resolveSibling("lib");
        return String.join(
                File.pathSeparator,
                app + File.separator + "*",
                lib.resolve("main") + File.separator + "*",
                lib.resolve("boot") + File.separator + "*");
    }
}
