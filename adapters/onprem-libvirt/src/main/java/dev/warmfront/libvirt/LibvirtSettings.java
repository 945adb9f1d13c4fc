package dev.warmfront.libvirt;

import static dev.warmfront.spi.ComputeProviderFactory.Setting.optional;
import static dev.warmfront.spi.ComputeProviderFactory.Setting.required;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ComputeProviderFactory.Setting;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the provider is set up with.
 *
 * @param hosts where instances run, at least one; each is a zone
 * @param types what can be launched, at least one
 * @param image what a guest is made of
 * @param network how a guest reaches the control plane
 * @param controlPlane the address that guests are told in place of the control plane's own
 * @param bootstrapFolder where the control plane writes guests' secrets itself; empty: they go through the storage pool
 * @param limits how much at once, and how long
 */
record LibvirtSettings(
        List<HostSettings> hosts,
        List<GuestType> types,
        Image image,
        Network network,
        Optional<URI> controlPlane,
        Optional<Path> bootstrapFolder,
        Limits limits) {

    /** A machine type with its prices. With a GPU handed through it can only be stopped. */
    record GuestType(MachineType machine, HourlyRate hot, SortedMap<StandbyMode, HourlyRate> standby) {
        int processors() {
            return Math.toIntExact(machine.capacity().cpuMillis() / 1000);
        }
    }

    /**
     * What a guest is made of.
     *
     * @param pool the storage pool that has the base image and gets the overlays
     * @param poolFolder where the pool is made if the host has none of that name; empty: it is not made
     * @param base the base image, a qcow2 volume of the pool that nobody changes
     * @param kernel a kernel on the host; empty: the image boots by itself
     * @param initrd goes with the kernel
     * @param commandLine goes with the kernel
     */
    record Image(
            String pool,
            String poolFolder,
            String base,
            String kernel,
            String initrd,
            String commandLine,
            DomainType domainType) {}

    /** How a guest is connected. */
    record Network(Kind kind, String name) {
        /** {@code <interface type=…>}. */
        enum Kind {
            USER,
            NETWORK,
            BRIDGE
        }
    }

    /**
     * Bounds.
     *
     * @param instancesPerHost instances on one host, those in standby included
     * @param cpuOvercommit virtual processors per real one
     * @param memoryReserveBytes memory of a host that guests do not get
     * @param gpuManaged whether libvirt takes a GPU from its driver; otherwise the operator has
     * @param call patience with a host for what is quick
     * @param slowCall patience with a host for starting, saving and ending
     * @param shutdown how long a guest may take to end when asked, before it is cut off
     */
    record Limits(
            int instancesPerHost,
            BigDecimal cpuOvercommit,
            long memoryReserveBytes,
            boolean gpuManaged,
            Duration call,
            Duration slowCall,
            Duration shutdown) {}

    static final List<Setting> DECLARED = List.of(
            required(
                    "hosts",
                    "the hosts as NAME=URI, separated by spaces, for example rack1=qemu+ssh://warm@rack1/system; each is a"
                            + " zone"),
            required("base-image", "qcow2 volume of the pool that every guest's disk begins as; never written"),
            optional("pool", "storage pool, backed by a folder, for the base image and the guests' disks", "warmfront"),
            optional("pool-folder", "folder on the host in which the pool is made if it is missing", ""),
            optional("kernel", "kernel on the host; without it the base image boots by itself", ""),
            optional("initrd", "initial file system on the host that goes with kernel", ""),
            optional("kernel-arguments", "command line that goes with kernel", "console=ttyS0 quiet"),
            optional(
                    "domain-type",
                    "kvm; or qemu, which emulates and is slow; or test, which only keeps books, for test:/// hosts",
                    "kvm"),
            optional(
                    "network",
                    "user (the guest reaches the host's addresses by NAT, nothing to set up), network:NAME or bridge:NAME",
                    "user"),
            optional(
                    "control-plane-url",
                    "where guests reach the control plane; by default its own URL, in which user replaces localhost by"
                            + " 10.0.2.2",
                    ""),
            optional(
                    "machine-types",
                    "what can be launched, comma-separated, each NAME:CPU_MILLIS:MEMORY_BYTES:HOURLY_USD and optionally"
                            + " :TYPE=COUNT+TYPE=COUNT for GPUs; whole processors",
                    "libvirt.small:1000:1073741824:0.05"),
            optional("suspended-fraction", "price of a paused guest, as a fraction of a running one's", "0.5"),
            optional("standby-fraction", "price of a stopped or hibernated guest, likewise", "0.05"),
            optional("max-instances", "instances on each host, those in standby included", "100"),
            optional("cpu-overcommit", "virtual processors for each real one", "1"),
            optional("memory-reserve-bytes", "memory of a host that guests do not get", "1073741824"),
            optional(
                    "host-capacity",
                    "in place of what a host says it has: NAME:CPU_MILLIS:MEMORY_BYTES, comma-separated",
                    ""),
            optional(
                    "gpu-devices",
                    "GPUs to hand through, comma-separated: HOST/TYPE/DEVICE, the device a PCI address or the UUID of a"
                            + " mediated device, with + between those of one IOMMU group",
                    ""),
            optional("gpu-managed", "true lets libvirt take a GPU from the host's driver, at your risk", "false"),
            optional("shutdown-seconds", "how long a guest may take to end before it is cut off", "20"),
            optional("call-seconds", "patience with a host that does not answer", "15"),
            optional("slow-call-seconds", "the same for starting, saving and ending a guest", "300"),
            optional(
                    "bootstrap-folder",
                    "folder that this process and the host share, for guests' tokens; by default they go to the pool",
                    ""));

    LibvirtSettings {
        hosts = List.copyOf(hosts);
        types = List.copyOf(types);
    }

    /** Whether some type has a GPU. */
    boolean hasGpus() {
        return types.stream().anyMatch(type -> !capacity(type).gpuMillis().isEmpty());
    }

    private static Resources capacity(GuestType type) {
        return type.machine().capacity();
    }
}
