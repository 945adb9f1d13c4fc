package dev.warmfront.libvirt;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.spi.InstanceTags;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a domain of ours carries in its metadata: whose it is, and what this adapter last meant to do with it. Kept by the
 * host, so that it outlives the control plane and the daemon.
 *
 * @param tags the tags of its launch
 * @param machineType the name of its type
 * @param phase what was meant last
 * @param gpus the devices that are its own as long as it lives
 */
record Marks(InstanceTags tags, String machineType, Phase phase, List<String> gpus) {

    static final String NAMESPACE = "https://warmfront.dev/ns/libvirt/1";
    static final String PREFIX = "warmfront";

    /** What a domain that is off was meant for; what hibernates has a saved image instead. */
    enum Phase {
        /** Defined, and not yet known to have started. */
        LAUNCHING,
        /** Meant to run: when it is off it has ended. */
        LIVE,
        /** Meant to be off, with its disk kept. */
        STANDBY,
        /** On its way from standby. */
        STARTING
    }

    Marks {
        gpus = List.copyOf(gpus);
    }

    Marks in(Phase next) {
        return new Marks(tags, machineType, next, gpus);
    }

    /** The element as libvirt takes it for a domain that is there; it adds the namespace. */
    String toXml() {
        return element("instance");
    }

    /** The element as it stands in a domain's definition. */
    String toQualifiedXml() {
        return element(PREFIX + ":instance xmlns:" + PREFIX + "='" + NAMESPACE + "'");
    }

    private String element(String name) {
        return "<%s installation='%s' cell='%s' instance='%s' intent='%s' type='%s' phase='%s' gpus='%s'/>"
                .formatted(
                        name,
                        Xml.escaped(tags.installation()),
                        Xml.escaped(tags.cell().value()),
                        Xml.escaped(tags.instance().value()),
                        Xml.escaped(tags.intent().value()),
                        Xml.escaped(machineType),
                        phase,
                        Xml.escaped(String.join(" ", gpus)));
    }

    /** Reads what {@link #toXml} wrote; empty for a domain that is not ours or whose mark somebody has damaged. */
    static Optional<Marks> read(@Nullable String xml) {
        if (xml == null) {
            return Optional.empty();
        }
        try {
            Xml.Attributes attributes = Xml.attributesOf(xml, "instance");
            return Optional.of(new Marks(
                    new InstanceTags(
                            attributes.get("installation"),
                            new CellId(attributes.get("cell")),
                            new InstanceId(attributes.get("instance")),
                            new IntentToken(attributes.get("intent"))),
                    attributes.get("type"),
                    Phase.valueOf(attributes.get("phase")),
                    attributes.get("gpus").isEmpty()
                            ? List.of()
                            : List.of(attributes.get("gpus").split(" ", -1))));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
