package dev.warmfront.libvirt;

import dev.warmfront.libvirt.LibvirtSettings.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A guest's files on its host: a disk that keeps what differs from the base image, and the bootstrap file that tells its
 * agent who it is. They go through libvirt's storage pool, so that a host may be far away.
 */
final class Storage {

    /** Bootstrap files are of one size, so that writing one anew leaves no rest of the old one. */
    private static final int BOOTSTRAP_BYTES = 4096;

    private final Host host;
    private final LibvirtSettings settings;
    private volatile String folder = "";

    Storage(Host host, LibvirtSettings settings) {
        this.host = host;
        this.settings = settings;
    }

    /** Something of the host's set-up is not as the settings say; the sentence names the setting. */
    static final class BadSetupException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String sentence;

        BadSetupException(String sentence) {
            super(sentence);
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    /** The folder of the pool, which is made if the settings say so. */
    String folder() throws LibvirtException, BadSetupException {
        String known = folder;
        if (known.isEmpty()) {
            known = host.askSlowly(this::find)
                    .orElseThrow(() -> new BadSetupException(
                            "host %s has no storage pool %s: define it, or set pool-folder so that it is made, or change the setting pool"
                                    .formatted(host.name(), image().pool())));
            folder = known;
        }
        return known;
    }

    private Optional<String> find(Connection connection) throws LibvirtException {
        if (!connection.hasPool(image().pool())) {
            if (image().poolFolder().isEmpty()) {
                return Optional.empty();
            }
            connection.makePool(image().pool(), DomainXml.pool(image().pool(), image().poolFolder()));
        }
        return Optional.of(Xml.textOf(connection.poolXml(image().pool()), "path"));
    }

    private Image image() {
        return settings.image();
    }

    String disk(String guest) throws LibvirtException, BadSetupException {
        return folder() + "/" + diskVolume(guest);
    }

    String bootstrap(String guest) throws LibvirtException, BadSetupException {
        return settings.bootstrapFolder()
                .map(shared -> shared.resolve(bootstrapVolume(guest)).toString())
                .orElse(folder() + "/" + bootstrapVolume(guest));
    }

    private static String diskVolume(String guest) {
        return guest + ".qcow2";
    }

    private static String bootstrapVolume(String guest) {
        return guest + ".boot";
    }

    private static String consoleVolume(String guest) {
        return diskVolume(guest) + DomainXml.CONSOLE_SUFFIX;
    }

    /** Makes a guest's files; those that are there already are kept, the bootstrap file gets the text anew. */
    void make(String guest, String bootstrap) throws LibvirtException, BadSetupException {
        String base = folder() + "/" + image().base();
        Optional<Long> bytes = host.askSlowly(connection -> connection.volumeBytes(image().pool(), image().base()));
        if (bytes.isEmpty()) {
            throw new BadSetupException("the storage pool %s of host %s has no volume %s: see the setting base-image"
                    .formatted(image().pool(), host.name(), image().base()));
        }
        host.askSlowly(connection -> {
            connection.makeVolume(
                    image().pool(), diskVolume(guest), DomainXml.overlay(diskVolume(guest), base, bytes.get()));
            // Made here and not by the emulator, so that the pool knows it when it is to be deleted.
            connection.makeVolume(image().pool(), consoleVolume(guest), DomainXml.file(consoleVolume(guest), 0));
            return connection;
        });
        String padded = bootstrap + "\n".repeat(Math.max(0, BOOTSTRAP_BYTES - bootstrap.length()));
        if (settings.bootstrapFolder().isPresent()) {
            write(settings.bootstrapFolder().get().resolve(bootstrapVolume(guest)), padded);
            return;
        }
        host.askSlowly(connection -> {
            connection.makeVolume(
                    image().pool(), bootstrapVolume(guest), DomainXml.file(bootstrapVolume(guest), padded.length()));
            connection.upload(image().pool(), bootstrapVolume(guest), padded);
            return connection;
        });
    }

    private static void write(Path file, String text) throws BadSetupException {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (IOException | UnsupportedOperationException unusable) {
            throw new BadSetupException(
                    "cannot write to the folder that the setting bootstrap-folder names: " + unusable.getMessage());
        }
    }

    /** Deletes whatever there is of a guest's files. */
    void delete(String guest) throws LibvirtException {
        host.askSlowly(connection -> {
            connection.deleteVolume(image().pool(), diskVolume(guest));
            connection.deleteVolume(image().pool(), bootstrapVolume(guest));
            connection.deleteVolume(image().pool(), consoleVolume(guest));
            return connection;
        });
        if (settings.bootstrapFolder().isPresent()) {
            try {
                Files.deleteIfExists(settings.bootstrapFolder().get().resolve(bootstrapVolume(guest)));
            } catch (IOException stays) {
                System.getLogger(Storage.class.getName())
                        .log(System.Logger.Level.WARNING, "a used-up secret stays in the bootstrap-folder", stays);
            }
        }
    }
}
