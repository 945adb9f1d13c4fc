package dev.warmfront.libvirt;

import dev.warmfront.libvirt.LibvirtSettings.Image;
import dev.warmfront.libvirt.LibvirtSettings.Network;
import java.util.List;
import java.util.UUID;

/**
 * Writes what libvirt is told: domains, pools, volumes.
 *
 * <p>A guest's secrets come to it as a file that QEMU shows by fw_cfg. Never as inline text: libvirt does not escape commas
 * there, so a value could add options to QEMU's command line.
 */
final class DomainXml {

    /** Where a guest finds its bootstrap file: {@code /sys/firmware/qemu_fw_cfg/by_name/<this>/raw}. */
    static final String BOOTSTRAP_ENTRY = "opt/dev.warmfront/bootstrap";

    /** The guest's serial console is logged beside its disk. */
    static final String CONSOLE_SUFFIX = ".log";

    private DomainXml() {}

    /**
     * A guest.
     *
     * @param name the domain's name
     * @param memoryBytes memory, rounded down to KiB
     * @param disk path of its overlay
     * @param bootstrap path of its bootstrap file
     * @param devices what is handed through
     */
    record Plan(
            UUID uuid,
            String name,
            Marks marks,
            int processors,
            long memoryBytes,
            String disk,
            String bootstrap,
            List<String> devices) {}

    static String domain(Plan plan, LibvirtSettings settings) {
        Image image = settings.image();
        return """
                <domain type='%s'>
                  <uuid>%s</uuid>
                  <name>%s</name>
                  <metadata>%s</metadata>
                  <memory unit='KiB'>%d</memory>
                  <vcpu>%d</vcpu>
                  <sysinfo type='fwcfg'><entry name='%s' file='%s'/></sysinfo>
                  <os><type%s>hvm</type>%s</os>
                  <features><acpi/></features>
                  %s
                  <clock offset='utc'/>
                  <on_poweroff>destroy</on_poweroff>
                  <on_reboot>restart</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda' bus='virtio'/>
                    </disk>
                    %s
                    <serial type='file'><source path='%s' append='on'/></serial>
                    <memballoon model='none'/>
                    %s
                  </devices>
                </domain>
                """.formatted(
                        image.domainType().libvirtName(),
                        plan.uuid(),
                        Xml.escaped(plan.name()),
                        plan.marks().toQualifiedXml(),
                        plan.memoryBytes() / 1024,
                        plan.processors(),
                        BOOTSTRAP_ENTRY,
                        Xml.escaped(plan.bootstrap()),
                        image.domainType().machine(),
                        kernel(image),
                        image.domainType().cpu(),
                        Xml.escaped(plan.disk()),
                        network(settings.network()),
                        Xml.escaped(plan.disk() + CONSOLE_SUFFIX),
                        devices(plan.devices(), settings.limits().gpuManaged()));
    }

    private static String kernel(Image image) {
        if (image.kernel().isEmpty()) {
            return "<boot dev='hd'/>";
        }
        String initrd = image.initrd().isEmpty() ? "" : "<initrd>" + Xml.escaped(image.initrd()) + "</initrd>";
        return "<kernel>%s</kernel>%s<cmdline>%s</cmdline>"
                .formatted(Xml.escaped(image.kernel()), initrd, Xml.escaped(image.commandLine()));
    }

    private static String network(Network network) {
        String source =
                switch (network.kind()) {
                    case USER -> "";
                    case NETWORK -> "<source network='" + Xml.escaped(network.name()) + "'/>";
                    case BRIDGE -> "<source bridge='" + Xml.escaped(network.name()) + "'/>";
                };
        String type =
                switch (network.kind()) {
                    case USER -> "user";
                    case NETWORK -> "network";
                    case BRIDGE -> "bridge";
                };
        return "<interface type='" + type + "'>" + source + "<model type='virtio'/></interface>";
    }

    private static String devices(List<String> devices, boolean managed) {
        StringBuilder xml = new StringBuilder();
        for (String device : devices) {
            if (device.contains(":")) {
                // 0000:65:00.0
                xml.append(
                        "<hostdev mode='subsystem' type='pci' managed='%s'><source><address domain='0x%s' bus='0x%s' slot='0x%s' function='0x%s'/></source></hostdev>"
                                .formatted(
                                        managed ? "yes" : "no",
                                        device.substring(0, 4),
                                        device.substring(5, 7),
                                        device.substring(8, 10),
                                        device.substring(11)));
            } else {
                xml.append(
                        "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='%s'/></source></hostdev>"
                                .formatted(device));
            }
        }
        return xml.toString();
    }

    static String pool(String name, String folder) {
        return "<pool type='dir'><name>%s</name><target><path>%s</path></target></pool>"
                .formatted(Xml.escaped(name), Xml.escaped(folder));
    }

    /** A disk that keeps what differs from the base image, as large as it. */
    static String overlay(String name, String base, long bytes) {
        return """
                <volume><name>%s</name><capacity unit='bytes'>%d</capacity>
                  <target><format type='qcow2'/><permissions><mode>0600</mode></permissions></target>
                  <backingStore><path>%s</path><format type='qcow2'/></backingStore>
                </volume>
                """.formatted(Xml.escaped(name), bytes, Xml.escaped(base));
    }

    /** A file that only the host's emulator may read. */
    static String file(String name, long bytes) {
        return """
                <volume><name>%s</name><capacity unit='bytes'>%d</capacity>
                  <target><format type='raw'/><permissions><mode>0600</mode></permissions></target>
                </volume>
                """.formatted(Xml.escaped(name), bytes);
    }
}
