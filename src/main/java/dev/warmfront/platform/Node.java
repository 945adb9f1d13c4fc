package dev.warmfront.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** This process: its names, addresses, data folder, and the installation's secret. */
@ApplicationScoped
public class Node {

    private static final int SECRET_BYTES = 32;

    private final Path data;
    private final URI url;
    private final URI internalUrl;
    private final String name;
    private final byte[] secret;
    private final Optional<String> operatorKey;

    Node(
            NodeConfig config,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
            @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port) {
        this.data = DataFolder.of(config.data().orElse(""));
        String reachable = host.equals("0.0.0.0") ? "127.0.0.1" : host;
        URI own = URI.create("http://" + reachable + ":" + port);
        this.url = config.url().orElse(own);
        this.internalUrl = config.internalUrl().orElse(own);
        this.name = hostName() + ":" + port;
        this.secret = HexFormat.of().parseHex(config.secret().orElseGet(() -> kept("secret")));
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("warmfront.secret must have 64 hexadecimal digits");
        }
        this.operatorKey = config.operatorKey();
    }

    /** The folder that outlives the process. */
    public Path data() {
        return data;
    }

    /** Where agents and people reach the control plane. */
    public URI url() {
        return url;
    }

    /** Where other replicas reach this process. */
    public URI internalUrl() {
        return internalUrl;
    }

    /** This process's name among replicas. */
    public String name() {
        return name;
    }

    /** The installation's name: what its instances are tagged with. Derived from the secret, so replicas agree. */
    public String installation() {
        return "wf-" + mac("installation").substring(0, 12);
    }

    /** An operator key that the installation brings along. */
    public Optional<String> operatorKey() {
        return operatorKey;
    }

    /** A token that only this installation can make: HMAC-SHA-256 of the text, in hexadecimal digits. */
    public String mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Whether the token is the one that {@link #mac} makes of the text; takes the same time for any wrong one. */
    public boolean isMac(String text, String token) {
        return MessageDigest.isEqual(
                mac(text).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file of the data folder that only its owner may read. */
    public Path writeSecret(String file, String content) {
        try {
            Path path = data.resolve(file);
            Files.createDirectories(data);
            Files.deleteIfExists(path);
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(path, content + "\n");
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + " in " + data, e);
        }
    }

    private String kept(String file) {
        try {
            Path path = data.resolve(file);
            if (Files.exists(path)) {
                return Files.readString(path).strip();
            }
            byte[] fresh = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(fresh);
            String text = HexFormat.of().formatHex(fresh);
            writeSecret(file, text);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " in " + data, e);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
