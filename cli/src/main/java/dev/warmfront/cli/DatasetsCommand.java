package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files that a tenant's tasks read. */
@Command(
        name = "datasets",
        description = "Files that a tenant's tasks read; machines keep them at hand.",
        mixinStandardHelpOptions = true)
final class DatasetsCommand implements Callable<Integer> {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Context context;

    DatasetsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "The tenant's datasets.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        JsonNode answer = context.api().get("/v1/datasets");
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("name", "bytes", "sha256", "url");
        answer.path("items")
                .forEach(dataset -> table.row(
                        Json.text(dataset, "name"),
                        dataset.path("bytes").asText(),
                        Json.text(dataset, "sha256"),
                        Json.text(dataset, "url")));
        table.print(context.out());
        return Main.DONE;
    }

    @Command(
            name = "create",
            description =
                    "Registers a file: one on this machine is measured here, of another its sum and size are told.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", paramLabel = "URL|FILE", description = "Where machines fetch it from.")
                    String source,
            @Option(names = "--measure", paramLabel = "FILE", description = "A copy of it here, to be measured.")
                    @Nullable Path copy,
            @Option(names = "--sha256", paramLabel = "SUM", description = "Its SHA-256.") @Nullable String sha256,
            @Option(names = "--bytes", paramLabel = "N", description = "Its size.") @Nullable Long bytes)
            throws InterruptedException {
        boolean isUrl = source.contains("://") || source.startsWith("file:");
        Path measured = copy == null && !isUrl ? Path.of(source) : copy;
        if (measured == null && (sha256 == null || bytes == null)) {
            throw CliException.badUse("of a URL either --sha256 and --bytes or --measure FILE is needed");
        }
        String sum = sha256 != null ? sha256 : sum(measured);
        long size = bytes != null ? bytes : size(measured);
        String url = isUrl
                ? source
                : Path.of(source).toAbsolutePath().normalize().toUri().toString();
        JsonNode answer = context.api()
                .post(
                        "/v1/datasets",
                        Json.object()
                                .put("name", name)
                                .put("url", url)
                                .put("sha256", sum)
                                .put("bytes", size));
        context.out().println(context.json() ? answer.toString() : "created " + name);
        return Main.DONE;
    }

    @Command(
            name = "delete",
            description = "Forgets a dataset; tasks that were submitted with it still have it.",
            mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "NAME") String name) throws InterruptedException {
        context.api().delete("/v1/datasets/" + Api.segment(name));
        context.out()
                .println(context.json() ? Json.object().put("deleted", name).toString() : "deleted " + name);
        return Main.DONE;
    }

    private static long size(@Nullable Path file) {
        try {
            if (file == null) {
                throw CliException.badUse("--bytes is missing");
            }
            return Files.size(file);
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + file);
        }
    }

    private static String sum(@Nullable Path file) {
        if (file == null) {
            throw CliException.badUse("--sha256 is missing");
        }
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + file);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
