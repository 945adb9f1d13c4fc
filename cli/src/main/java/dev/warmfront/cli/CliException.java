package dev.warmfront.cli;

/** Why a command cannot go on, in one line for a person, with the exit code that says whose fault it is. */
final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command was understood and did not succeed. */
    static CliException failed(String message) {
        return new CliException(Main.FAILED, message);
    }

    /** The command was used wrongly; running it again unchanged is pointless. */
    static CliException badUse(String message) {
        return new CliException(Main.BAD_USE, message);
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
