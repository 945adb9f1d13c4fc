package dev.warmfront.jclouds;

import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jclouds.openstack.nova.v2_0.domain.Server;
import org.jclouds.openstack.nova.v2_0.domain.ServerExtendedStatus;
import org.jclouds.openstack.nova.v2_0.options.CreateServerOptions;

/** What is asked of Nova for a launch, and what is read of a server. */
final class ServerForm {

    /** Names of our servers begin so: listings filter by it, as a regular expression. */
    static final String PREFIX = "^warmfront-";

    private static final String INSTALLATION = "warmfront-installation";
    private static final String CELL = "warmfront-cell";
    private static final String INSTANCE = "warmfront-instance";
    private static final String INTENT = "warmfront-intent";
    private static final int NAME_DIGITS = 40;

    private ServerForm() {}

    /** The same for the same intent of the same installation. Nova lets two servers have one name: {@link Launcher}. */
    static String name(InstanceTags tags) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((tags.installation() + "\n" + tags.intent()).getBytes(StandardCharsets.UTF_8));
            return "warmfront-" + HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static CreateServerOptions of(LaunchRequest request, NovaSettings settings) {
        InstanceTags tags = request.tags();
        CreateServerOptions options = new CreateServerOptions()
                .metadata(Map.of(
                        INSTALLATION,
                        tags.installation(),
                        CELL,
                        tags.cell().value(),
                        INSTANCE,
                        tags.instance().value(),
                        INTENT,
                        tags.intent().value()))
                .availabilityZone(request.offering().placement().zone())
                .configDrive(settings.configDrive())
                .userData(settings.bootstrap().script(request).getBytes(StandardCharsets.UTF_8));
        if (!settings.networks().isEmpty()) {
            options.networks(settings.networks());
        }
        if (!settings.securityGroups().isEmpty()) {
            options.securityGroupNames(settings.securityGroups());
        }
        return options;
    }

    /** What a server was marked with; empty when it carries not all of our tags. */
    static Optional<InstanceTags> tags(Server server) {
        Map<String, String> metadata = server.getMetadata();
        return InstanceTags.read(
                metadata.get(INSTALLATION), metadata.get(CELL), metadata.get(INSTANCE), metadata.get(INTENT));
    }

    /** Whether it has failed for good: it runs nothing, holds its quota, and is left behind unless it is deleted. */
    static boolean hasFailed(Server server) {
        return server.getStatus() == Server.Status.ERROR && !isGoing(server);
    }

    /** Whether it has been told to end, or has ended. */
    static boolean isGoing(Server server) {
        return switch (server.getStatus()) {
            case DELETED, SOFT_DELETED -> true;
            default -> task(server).equals("deleting") || task(server).equals("soft-deleting");
        };
    }

    /** Whether Nova is still looking for a host, so that there may be none. */
    static boolean isSeekingAHost(Server server) {
        return server.getStatus() == Server.Status.BUILD
                && (task(server).isEmpty() || task(server).equals("scheduling"));
    }

    static Status status(Server server) {
        String task = task(server);
        if (isGoing(server)) {
            return Status.TERMINATED;
        }
        return switch (server.getStatus()) {
            case BUILD, REBUILD -> Status.PENDING;
            case ACTIVE -> task.equals("powering-off") || task.equals("suspending") ? Status.STOPPING : Status.RUNNING;
            case REBOOT, HARD_REBOOT, MIGRATING, PASSWORD -> Status.RUNNING;
            case SHUTOFF, STOPPED -> task.equals("powering-on") ? Status.PENDING : Status.STOPPED;
            case SUSPENDED -> task.equals("resuming") ? Status.PENDING : Status.SUSPENDED;
            case DELETED,
                    SOFT_DELETED,
                    PAUSED,
                    RESIZE,
                    VERIFY_RESIZE,
                    REVERT_RESIZE,
                    UNKNOWN,
                    ERROR,
                    UNRECOGNIZED,
                    RESCUE,
                    SHELVED,
                    SHELVED_OFFLOADED -> Status.UNRECOGNIZED;
        };
    }

    /** What Nova is doing with it just now; empty when nothing, or when this Nova does not say. */
    private static String task(Server server) {
        ServerExtendedStatus extended = server.getExtendedStatus().orNull();
        // jclouds leaves it null where Nova does.
        String task = extended == null ? null : extended.getTaskState();
        return task == null ? "" : task;
    }
}
