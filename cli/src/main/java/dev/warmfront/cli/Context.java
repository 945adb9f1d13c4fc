package dev.warmfront.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** What every command shares: where it was started, where it writes, and the options that all of them take. */
final class Context {

    static final String OPERATOR_KEY = "operator-key";

    /** Options of every command, at any place of the line. */
    static final class Globals {

        @Option(
                names = "--url",
                scope = ScopeType.INHERIT,
                paramLabel = "URL",
                description = "The control plane. Default: WARMFRONT_URL, else http://127.0.0.1:8080.")
        String url = "";

        @Option(
                names = "--key",
                scope = ScopeType.INHERIT,
                paramLabel = "KEY",
                description = "Who asks. Default: WARMFRONT_KEY, else the operator's key in the data folder.")
        String key = "";

        @Option(
                names = "--tenant",
                scope = ScopeType.INHERIT,
                paramLabel = "ID",
                description = "The tenant an operator speaks for.")
        String tenant = "";

        @Option(
                names = "--data",
                scope = ScopeType.INHERIT,
                paramLabel = "DIR",
                description = "The data folder. Default: WARMFRONT_DATA, else .warmfront beside the launcher.")
        String data = "";

        @Option(
                names = "--json",
                scope = ScopeType.INHERIT,
                parameterConsumer = JsonTarget.class,
                description = "Print JSON, for programs. (replay: --json FILE, or - to print it)")
        String json = "";
    }

    /** A command whose JSON may go into a file: its {@code --json} is followed by where to. */
    interface WritesJson {}

    /** An option that all commands inherit cannot be defined anew by one of them, so this one looks where it stands. */
    static final class JsonTarget implements IParameterConsumer {

        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            boolean named = command.userObject() instanceof WritesJson;
            if (named && arguments.isEmpty()) {
                throw new ParameterException(command.commandLine(), "--json needs a FILE, or - to print it");
            }
            option.setValue(named ? arguments.pop() : "-");
        }
    }

    private final Path home;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final Globals globals = new Globals();

    /**
     * @param home the folder of the launcher
     * @param terminal whether a person watches, so that a progress bar may redraw itself
     */
    Context(Path home, Map<String, String> environment, PrintStream out, PrintStream err, boolean terminal) {
        this.home = home;
        this.environment = Map.copyOf(environment);
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    Path home() {
        return home;
    }

    Map<String, String> environment() {
        return environment;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    boolean terminal() {
        return terminal;
    }

    Globals globals() {
        return globals;
    }

    boolean json() {
        return !globals.json.isEmpty();
    }

    /** Where JSON goes: a file, {@code -} for standard output, empty for nowhere. */
    String jsonTarget() {
        return globals.json;
    }

    /** The data folder of a control plane on this machine. */
    Path data() {
        String chosen = first(globals.data, environment.getOrDefault("WARMFRONT_DATA", ""));
        return (chosen.isEmpty() ? home.resolve(".warmfront") : Path.of(chosen))
                .toAbsolutePath()
                .normalize();
    }

    /** The control plane that the options and the environment name. */
    Api api() {
        String url = first(globals.url, environment.getOrDefault("WARMFRONT_URL", ""), "http://127.0.0.1:8080");
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw CliException.badUse("not a URL: " + url);
        }
        if (uri.getHost() == null) {
            throw CliException.badUse("not a URL with a host: " + url);
        }
        return new Api(uri, key(), globals.tenant);
    }

    private String key() {
        String chosen = first(globals.key, environment.getOrDefault("WARMFRONT_KEY", ""));
        if (!chosen.isEmpty()) {
            return chosen;
        }
        Path file = data().resolve(OPERATOR_KEY);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw CliException.badUse(
                    "no key: give --key, set WARMFRONT_KEY, or name with --data the folder of a control"
                            + " plane on this machine (looked for " + file + ")");
        }
    }

    private static String first(String... choices) {
        for (String choice : choices) {
            if (!choice.isBlank()) {
                return choice;
            }
        }
        return "";
    }
}
