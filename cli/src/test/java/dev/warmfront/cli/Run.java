package dev.warmfront.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** One command as a user would type it: its exit code and what it wrote. */
record Run(int code, String out, String err) {

    static Run of(Path home, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Context context = new Context(
                home,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.run(context, arguments);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Run against(StubControlPlane server, String... arguments) {
        return of(
                Path.of("unused"),
                Map.of("WARMFRONT_URL", server.url().toString(), "WARMFRONT_KEY", StubControlPlane.KEY),
                arguments);
    }
}
