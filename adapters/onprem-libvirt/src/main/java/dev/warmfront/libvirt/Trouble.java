package dev.warmfront.libvirt;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ProviderUnavailableException;
import java.util.Locale;
import java.util.Optional;

/** Says in one sentence what is wrong with a host, and which setting would change it. */
final class Trouble {

    private Trouble() {}

    /** A host could not be asked, or it is not known what it did. */
    static ProviderUnavailableException unavailable(
            ProviderId provider, String operation, HostSettings host, LibvirtException failed) {
        return new ProviderUnavailableException(provider, operation, isPassing(failed), sentence(host, failed), failed);
    }

    private static String sentence(HostSettings host, LibvirtException failed) {
        String said = oneLine(failed);
        if (isDenied(failed)) {
            return "host %s does not let the control plane in (%s): give its user access to libvirt there, or change the URI %s in the setting hosts"
                    .formatted(host.name(), said, host.uri());
        }
        if (failed.opening() || failed.is(LibvirtException.SILENT)) {
            return "host %s cannot be reached (%s): see that libvirt runs there and that the URI %s in the setting hosts is right"
                    .formatted(host.name(), said, host.uri());
        }
        return "host %s refused (%s)".formatted(host.name(), said);
    }

    /** Whether it may go away by itself; what the settings or permissions cause does not. */
    private static boolean isPassing(LibvirtException failed) {
        String said = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        boolean unknown = failed.opening()
                && (failed.is(LibvirtException.INVALID_ARG)
                        || failed.is(LibvirtException.NO_SUPPORT)
                        || failed.is(LibvirtException.NO_CONNECT)
                        || said.contains("no connection driver")
                        || said.contains("unable to resolve address")
                        || said.contains("name or service not known"));
        return !unknown && !isDenied(failed);
    }

    private static boolean isDenied(LibvirtException failed) {
        String said = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return failed.is(LibvirtException.AUTH_FAILED)
                || failed.is(LibvirtException.ACCESS_DENIED)
                || (failed.opening() && (said.contains("permission denied") || said.contains("authentication")));
    }

    /**
     * What a refused start says of the request; empty when it says nothing of it, so that nobody knows whether a repetition
     * helps.
     */
    static Optional<ProviderOutcome> ofStart(HostSettings host, String machineType, LibvirtException failed) {
        if (failed.opening() || failed.is(LibvirtException.SILENT)) {
            return Optional.empty();
        }
        String said = oneLine(failed);
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("cannot allocate memory") || lower.contains("cannot set up guest memory")) {
            return Optional.of(new ProviderOutcome.InsufficientCapacity(host.name(), machineType));
        }
        return Optional.of(new ProviderOutcome.Invalid("host %s cannot start a %s: %s; see %s"
                .formatted(host.name(), machineType, said, settingBehind(lower))));
    }

    private static String settingBehind(String said) {
        if (said.contains("kvm") || said.contains("domaintype")) {
            return "the setting domain-type";
        }
        if (said.contains("kernel") || said.contains("initrd")) {
            return "the settings kernel and initrd";
        }
        if (said.contains("network") || said.contains("bridge")) {
            return "the setting network";
        }
        if (said.contains("vfio") || said.contains("hostdev") || said.contains("pci") || said.contains("mdev")) {
            return "the setting gpu-devices";
        }
        if (said.contains("fw_cfg") || said.contains(".boot")) {
            return "the setting bootstrap-folder";
        }
        if (said.contains("format") || said.contains("backing") || said.contains("image") || said.contains("disk")) {
            return "the setting base-image";
        }
        return "the provider's settings and the host's log";
    }

    private static String oneLine(LibvirtException failed) {
        return String.valueOf(failed.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
