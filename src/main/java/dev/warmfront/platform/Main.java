package dev.warmfront.platform;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;

/** Starts the control plane; says in one line what is wrong with its settings, and ends with code 2. */
@QuarkusMain
public final class Main {

    private static final int BAD_USE = 2;

    private Main() {}

    public static void main(String... args) {
        Quarkus.run(null, Main::ended, args);
    }

    private static void ended(int code, @Nullable Throwable failure) {
        String setting = failure == null ? null : badSetting(failure);
        if (setting != null) {
            System.err.println("warmfront: " + setting);
            System.exit(BAD_USE);
        }
        if (failure != null) {
            failure.printStackTrace();
        }
        System.exit(code);
    }

    private static @Nullable String badSetting(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException) {
                return cause.getMessage();
            }
        }
        return null;
    }
}
