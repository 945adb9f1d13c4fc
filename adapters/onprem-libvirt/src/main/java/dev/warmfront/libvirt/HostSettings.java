package dev.warmfront.libvirt;

import dev.warmfront.domain.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One host as it was configured.
 *
 * @param name the zone of what runs there
 * @param uri libvirt's connection URI
 * @param capacity what guests may have together; null: what the host says it has
 * @param gpus the devices that guests may be given
 */
record HostSettings(String name, String uri, @Nullable Resources capacity, List<Gpu> gpus) {

    HostSettings {
        gpus = List.copyOf(gpus);
    }

    /**
     * A GPU that is handed through to one guest at a time.
     *
     * @param type how machine types name it, for example {@code L4}
     * @param devices PCI addresses ({@code 0000:65:00.0}) or UUIDs of mediated devices; everything of one IOMMU group has
     *     to be listed, because the kernel hands out groups only
     */
    record Gpu(String type, List<String> devices) {
        Gpu {
            devices = List.copyOf(devices);
        }

        /** By which a guest's marks name it. */
        String name() {
            return devices.getFirst();
        }
    }
}
