package dev.warmfront.cli;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;

/** Where {@code warmfront} starts. Exit codes: 0 done, 1 failed, 2 used wrongly. */
public final class Main {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int BAD_USE = 2;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty("warmfront.home", "")).toAbsolutePath();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Progress goes to standard error, of which Java cannot tell whether a person reads it; the launcher can.
        boolean terminal = Boolean.getBoolean("warmfront.terminal");
        System.exit(run(new Context(home, System.getenv(), out, System.err, terminal), arguments));
    }

    /** Runs one command; gives its exit code. */
    static int run(Context context, String... arguments) {
        CommandLine line = new CommandLine(new Warmfront(context), new WithContext(context));
        line.setOut(new java.io.PrintWriter(context.out(), true, StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(context.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((problem, unused) -> explain(context, problem));
        line.setExecutionExceptionHandler((problem, unused, parsed) -> explain(context, problem));
        return line.execute(arguments);
    }

    private static int explain(Context context, ParameterException problem) {
        String command = problem.getCommandLine().getCommandSpec().qualifiedName();
        context.err().println("warmfront: " + problem.getMessage() + " (see " + command + " --help)");
        return BAD_USE;
    }

    private static int explain(Context context, Exception problem) {
        if (context.environment().containsKey("WARMFRONT_DEBUG")) {
            problem.printStackTrace(context.err());
        }
        if (problem instanceof CliException expected) {
            context.err().println("warmfront: " + expected.text());
            return expected.exitCode();
        }
        if (problem instanceof InterruptedException) {
            context.err().println("warmfront: interrupted");
            return FAILED;
        }
        context.err().println("warmfront: " + problem + " (unexpected; WARMFRONT_DEBUG=1 shows where)");
        return FAILED;
    }

    /** Makes commands, handing each the context: commands take what they need in their constructor. */
    private record WithContext(Context context) implements IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            try {
                return type.getDeclaredConstructor(Context.class).newInstance(context);
            } catch (NoSuchMethodException plain) {
                return CommandLine.defaultFactory().create(type);
            } catch (InvocationTargetException e) {
                throw new IllegalStateException("cannot make " + type.getName(), e);
            }
        }
    }
}
