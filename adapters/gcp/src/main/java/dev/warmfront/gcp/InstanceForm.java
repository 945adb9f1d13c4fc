package dev.warmfront.gcp;

import com.google.cloud.compute.v1.AcceleratorConfig;
import com.google.cloud.compute.v1.AccessConfig;
import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.Metadata;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.ServiceAccount;
import dev.warmfront.gcp.Target.Candidate;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is asked of Compute Engine for a launch, and what is read of an instance. Tags are metadata, which takes any text;
 * labels, which listings filter by, take few characters, so what does not fit is hashed.
 */
final class InstanceForm {

    private static final String INSTALLATION = "warmfront-installation";
    private static final String CELL = "warmfront-cell";
    private static final String INSTANCE = "warmfront-instance";
    private static final String INTENT = "warmfront-intent";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]{1,63}");
    private static final int NAME_DIGITS = 40;

    private final GcpSettings settings;

    InstanceForm(GcpSettings settings) {
        this.settings = settings;
    }

    /** An instance's name: the same for the same intent of the same installation, so that a zone can have it once only. */
    static String name(LaunchRequest request) {
        return "wf-" + hash(request.tags().installation() + "\n" + request.token());
    }

    /**
     * The id by which Compute Engine knows a repeated request.
     *
     * @param what all that makes the request another one
     */
    static String requestId(String... what) {
        return UUID.nameUUIDFromBytes(String.join("\n", what).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Lets through an installation's instances. */
    static String installationFilter(String installation) {
        return "labels." + INSTALLATION + " = " + label(installation);
    }

    static String nameFilter(String name) {
        return "name = " + name;
    }

    private static String label(String value) {
        return LABEL.matcher(value).matches() ? value : "h-" + hash(value);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Instance of(LaunchRequest request, Target target, Candidate candidate) {
        InstanceTags tags = request.tags();
        Instance.Builder instance = Instance.newBuilder()
                .setName(name(request))
                .addDisks(disk(candidate))
                .addNetworkInterfaces(network())
                .setScheduling(scheduling(target.spot(), candidate.gpus()))
                .putLabels(INSTALLATION, label(tags.installation()))
                .putLabels(INTENT, label(tags.intent().value()))
                .setMetadata(Metadata.newBuilder()
                        .addItems(item(INSTALLATION, tags.installation()))
                        .addItems(item(CELL, tags.cell().value()))
                        .addItems(item(INSTANCE, tags.instance().value()))
                        .addItems(item(INTENT, tags.intent().value()))
                        // Keys of the project must not open every machine of it.
                        .addItems(item("block-project-ssh-keys", "true"))
                        .addItems(item(
                                "startup-script", settings.cloud().bootstrap().script(request))));
        MachineName machine = MachineName.parse(candidate.type());
        instance.setMachineType("zones/" + candidate.zone() + "/machineTypes/" + machine.type());
        machine.accelerator()
                .ifPresent(accelerator -> instance.addGuestAccelerators(AcceleratorConfig.newBuilder()
                        .setAcceleratorType("zones/" + candidate.zone() + "/acceleratorTypes/" + accelerator)
                        .setAcceleratorCount(machine.accelerators())));
        if (!settings.serviceAccount().isEmpty()) {
            instance.addServiceAccounts(ServiceAccount.newBuilder()
                    .setEmail(settings.serviceAccount())
                    .addScopes("https://www.googleapis.com/auth/cloud-platform"));
        }
        return instance.build();
    }

    private AttachedDisk disk(Candidate candidate) {
        return AttachedDisk.newBuilder()
                .setBoot(true)
                .setAutoDelete(true)
                .setInitializeParams(AttachedDiskInitializeParams.newBuilder()
                        .setSourceImage(settings.image())
                        .setDiskSizeGb(settings.diskGibibytes())
                        .setDiskType("zones/" + candidate.zone() + "/diskTypes/pd-balanced"))
                .build();
    }

    private NetworkInterface network() {
        NetworkInterface.Builder card = NetworkInterface.newBuilder();
        if (settings.subnetwork().isEmpty()) {
            card.setNetwork("global/networks/default");
        } else {
            card.setSubnetwork(settings.subnetwork());
        }
        if (settings.cloud().publicAddress()) {
            card.addAccessConfigs(AccessConfig.newBuilder().setName("external").setType("ONE_TO_ONE_NAT"));
        }
        return card.build();
    }

    /** Whether it may be taken back. */
    static boolean isSpot(Instance instance) {
        return instance.getScheduling().getProvisioningModel().equals("SPOT");
    }

    private static Scheduling scheduling(boolean spot, boolean gpus) {
        Scheduling.Builder scheduling = Scheduling.newBuilder()
                // What ends by itself stays ended: the control plane decides what comes in its place.
                .setAutomaticRestart(false)
                .setOnHostMaintenance(spot || gpus ? "TERMINATE" : "MIGRATE");
        if (spot) {
            scheduling.setProvisioningModel("SPOT").setInstanceTerminationAction("DELETE");
        }
        return scheduling.build();
    }

    private static Items item(String key, String value) {
        return Items.newBuilder().setKey(key).setValue(value).build();
    }

    /** What an instance was marked with; empty when it carries not all of our tags. */
    static Optional<InstanceTags> tags(Instance instance) {
        Map<String, String> items = instance.getMetadata().getItemsList().stream()
                .collect(Collectors.toMap(Items::getKey, Items::getValue, (first, second) -> first));
        return InstanceTags.read(items.get(INSTALLATION), items.get(CELL), items.get(INSTANCE), items.get(INTENT));
    }

    /** Where an instance is; listings give URLs. */
    static Ref ref(Instance instance) {
        return new Ref(last(instance.getZone()), instance.getName());
    }

    static String last(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
