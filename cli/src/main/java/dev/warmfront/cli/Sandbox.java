package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A control plane on a folder of its own that leaves nothing behind: no process and, unless something failed or it was
 * asked for, no file. Holds also when the user presses Ctrl-C.
 */
final class Sandbox implements AutoCloseable {

    private final ControlPlane controlPlane;
    private final boolean temporary;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean keepFiles = new AtomicBoolean();

    private Sandbox(ControlPlane controlPlane, boolean temporary) {
        this.controlPlane = controlPlane;
        this.temporary = temporary;
    }

    /**
     * Starts one.
     *
     * @param what names a temporary folder, for people who find it
     */
    static Sandbox start(Context context, String what, LocalFleet fleet, String... jvmFlags) {
        boolean temporary = context.globals().data.isEmpty();
        Path data;
        try {
            data = temporary
                    ? Files.createTempDirectory("warmfront-" + what + "-").toRealPath()
                    : context.data();
        } catch (IOException e) {
            throw CliException.failed("cannot make a temporary folder: " + e.getMessage());
        }
        if (!temporary && Files.exists(data.resolve(Context.OPERATOR_KEY))) {
            throw CliException.badUse(data + " is the data folder of a control plane already: name a fresh one");
        }
        ControlPlane controlPlane = new ControlPlane(context.home(), data, ControlPlane.freePort(), fleet);
        Sandbox sandbox = new Sandbox(controlPlane, temporary);
        Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "stop"));
        controlPlane.start(jvmFlags);
        return sandbox;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Keeps the files: somebody will want to read the logs. */
    void keepFiles() {
        keepFiles.set(true);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        controlPlane.close();
        try {
            controlPlane.endInstances();
            if (temporary && !keepFiles.get()) {
                delete(controlPlane.data());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw CliException.failed("cannot delete " + controlPlane.data() + ": " + e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
