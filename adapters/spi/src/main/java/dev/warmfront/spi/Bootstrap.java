package dev.warmfront.spi;

import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The script that a fresh machine runs once as root: it writes the agent's configuration, and makes the agent a systemd
 * service, so that it comes up again after a stop. The image needs systemd, a JDK or JRE of the agent's release, and,
 * unless {@code agentUrl} is given, the agent's jar; curl where {@code agentUrl} is used.
 *
 * @param java the java executable on the image
 * @param agentJar where the agent's jar is, or is put, on the image
 * @param agentUrl where it is downloaded from; empty when the image has it
 * @param tlsRoot PEM of the authority that signed the control plane's certificate; empty for the JDK's own
 * @param cloud whose metadata service the agent of a spot instance asks whether it is taken back, in the words of
 *     docs/agent-protocol.md; empty where none tells
 */
public record Bootstrap(String java, String agentJar, String agentUrl, String tlsRoot, String cloud) {

    private static final String HOME = "/var/lib/warmfront";
    private static final String END = "WARMFRONT_END";

    /** The settings of every adapter that boots machines so. */
    public static final List<Setting> SETTINGS = List.of(
            Setting.optional("java", "java executable on the image", "java"),
            Setting.optional(
                    "agent-jar", "where the agent's jar is on the image", "/opt/warmfront/warmfront-agent.jar"),
            Setting.optional(
                    "agent-url", "where instances download the agent's jar from; unset when the image has it", ""),
            Setting.optional("tls-root-file", "PEM file of the authority of the control plane's certificate", ""));

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._/:?&=%@+~-]*");

    /**
     * As {@link #SETTINGS} have it.
     *
     * @throws IllegalArgumentException with a message that names the setting
     */
    public static Bootstrap of(SettingValues values, String cloud) {
        return new Bootstrap(
                values.text("java", WORD, "/usr/bin/java"),
                values.text("agent-jar", WORD, "/opt/warmfront/warmfront-agent.jar"),
                values.text("agent-url", WORD, "https://example.org/warmfront-agent.jar"),
                values.content("tls-root-file").orElse(""),
                cloud);
    }

    public Bootstrap {
        for (String word : List.of(java, agentJar, agentUrl)) {
            // They become words of a unit file and of a shell command.
            if (!WORD.matcher(word).matches()) {
                throw new IllegalArgumentException("has characters that a shell would read: " + word);
            }
        }
        if (tlsRoot.contains(END)) {
            throw new IllegalArgumentException("is not PEM: it holds " + END);
        }
    }

    /** The script for one instance; it holds the registration token, so it is as secret as that. */
    public String script(LaunchRequest request) {
        List<String> lines = new ArrayList<>();
        lines.add("#!/bin/sh");
        lines.add("set -eu");
        lines.add("umask 077");
        lines.add("mkdir -p " + HOME);
        List<String> properties = new ArrayList<>(List.of(
                "WARMFRONT_URL=" + plain(request.controlPlane().toString()),
                "WARMFRONT_INSTANCE=" + plain(request.tags().instance().value()),
                "WARMFRONT_REGISTRATION_TOKEN=" + plain(request.registrationToken()),
                "WARMFRONT_HOME=" + HOME));
        if (!cloud.isEmpty() && request.offering().purchaseModel() == PurchaseModel.SPOT) {
            properties.add("WARMFRONT_CLOUD=" + cloud);
        }
        file(lines, HOME + "/agent.properties", properties.toArray(String[]::new));
        String trust = "";
        if (!tlsRoot.isEmpty()) {
            file(lines, HOME + "/root.pem", tlsRoot.strip());
            lines.add("rm -f " + HOME + "/trust.p12");
            // A trust store has to have a password; it protects nothing, certificates are public.
            lines.add("\"$(dirname \"$(readlink -f \"$(command -v " + java
                    + ")\")\")/keytool\" -importcert -noprompt -alias"
                    + " warmfront -file " + HOME + "/root.pem -keystore " + HOME
                    + "/trust.p12 -storetype PKCS12 -storepass warmfront");
            trust = " -Djavax.net.ssl.trustStore=" + HOME + "/trust.p12 -Djavax.net.ssl.trustStorePassword=warmfront";
        }
        if (!agentUrl.isEmpty()) {
            lines.add("mkdir -p \"$(dirname " + agentJar + ")\"");
            lines.add("curl --fail --silent --show-error --location --retry 5 --output " + agentJar + " '" + agentUrl
                    + "'");
        }
        unit(lines, "/usr/bin/env " + java + trust + " -jar " + agentJar + " --config " + HOME + "/agent.properties");
        return String.join("\n", lines) + "\n";
    }

    private static void unit(List<String> lines, String command) {
        file(
                lines,
                "/etc/systemd/system/warmfront-agent.service",
                "[Unit]",
                "After=network-online.target",
                "Wants=network-online.target",
                "[Service]",
                "ExecStart=" + command,
                "Restart=on-failure",
                "RestartSec=1",
                // 0: the control plane has ended this instance; 1 and 2: starting again would not help.
                "RestartPreventExitStatus=1 2",
                "[Install]",
                "WantedBy=multi-user.target");
        lines.add("systemctl daemon-reload");
        lines.add("systemctl enable --now --no-block warmfront-agent.service");
    }

    private static void file(List<String> lines, String path, String... content) {
        // Quoted, so that the shell takes nothing in it for its own.
        lines.add("cat > " + path + " <<'" + END + "'");
        lines.addAll(List.of(content));
        lines.add(END);
    }

    /** A value of a properties file and of a here-document: one line without escapes. */
    private static String plain(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == '\\' || c > '~')) {
            throw new IllegalArgumentException("a value for the agent has characters that cannot be passed on");
        }
        return value;
    }

    /** Without the authority's certificate, which is long. */
    @Override
    public String toString() {
        return "Bootstrap[java=%s, agentJar=%s, agentUrl=%s, tlsRoot=%s]"
                .formatted(java, agentJar, agentUrl, tlsRoot.isEmpty() ? "none" : "given");
    }
}
