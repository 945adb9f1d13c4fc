package dev.warmfront.simulator;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a trace, unpacked on the way where they are packed, and what is wrong with them in words. */
final class TraceFile {

    private static final int GZIP_MAGIC = 0x1f8b;

    private TraceFile() {}

    /** Told by the first two bytes, not by the name: users rename files. */
    static InputStream open(Path path) {
        InputStream raw;
        try {
            raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        } catch (IOException e) {
            throw new TraceException(path, 0, "", reason(e));
        }
        try {
            raw.mark(2);
            int magic = raw.read() << 8 | raw.read();
            raw.reset();
            return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16)) : raw;
        } catch (IOException e) {
            close(raw);
            throw new TraceException(path, 0, "", reason(e));
        }
    }

    static void close(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception e) {
            // It was only read: what was read is not affected.
            return;
        }
    }

    /** What went wrong, in words. */
    static String reason(Throwable e) {
        return switch (e) {
            case UncheckedIOException wrapped when wrapped.getCause() != null -> reason(wrapped.getCause());
            case EOFException end -> "the gzip data ends too early: the file is truncated";
            case ZipException bad -> "the gzip data is damaged: " + bad.getMessage();
            case NoSuchFileException missing -> "there is no such file";
            case CharacterCodingException bad -> "it is not UTF-8 text";
            default -> e.getCause() instanceof IOException cause ? reason(cause) : String.valueOf(e.getMessage());
        };
    }
}
