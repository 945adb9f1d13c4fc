package dev.warmfront.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Text files that may be packed: {@code .gz} is unpacked on the way. */
final class PackedText {

    private PackedText() {}

    static BufferedReader open(Path path) throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            boolean packed = path.getFileName().toString().endsWith(".gz");
            return new BufferedReader(
                    new InputStreamReader(packed ? new GZIPInputStream(file) : file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The whole text. */
    static String read(Path path) {
        try (BufferedReader reader = open(path)) {
            StringBuilder text = new StringBuilder();
            char[] piece = new char[8192];
            for (int count = reader.read(piece); count >= 0; count = reader.read(piece)) {
                text.append(piece, 0, count);
            }
            return text.toString();
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + path + ": " + reason(e));
        }
    }

    /** What is wrong with a file, without the exception's name where it is the usual thing. */
    static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
    }
}
