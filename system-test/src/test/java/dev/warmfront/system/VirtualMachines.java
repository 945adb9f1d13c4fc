package dev.warmfront.system;

import dev.warmfront.libvirt.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A host for virtual machines, and the guest that the project's script builds. */
final class VirtualMachines {

    private static final List<String> FILES = List.of("vmlinux", "initrd", "base.qcow2");

    private VirtualMachines() {}

    /** Skips the tests, saying what to install, where there can be no host; fails where there has to be one. */
    static void require() {
        Hypervisor.require(Hypervisor.missing().or(VirtualMachines::buildGuest));
    }

    /** Builds the guest if it is not up to date; gives the reason why that cannot be done here. */
    private static Optional<String> buildGuest() {
        try {
            Path log = Files.createTempFile("warmfront-build-guest", ".log");
            Process build = new ProcessBuilder(
                            ControlPlane.required("warmfront.build-guest"),
                            ControlPlane.required("warmfront.agent-jar"),
                            ControlPlane.required("warmfront.guest"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = build.waitFor(5, TimeUnit.MINUTES);
            List<String> said = Files.readAllLines(log);
            Files.delete(log);
            if (ended && build.exitValue() == 0) {
                return Optional.empty();
            }
            build.destroyForcibly();
            return Optional.of(said.isEmpty() ? "build-guest failed" : said.getLast());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** Puts the guest into the host's pool. */
    static void install(Hypervisor hypervisor) throws IOException, InterruptedException {
        for (String file : FILES) {
            Files.copy(
                    Path.of(ControlPlane.required("warmfront.guest"), file),
                    hypervisor.pool().resolve(file));
        }
        hypervisor.own(hypervisor.pool());
    }

    /** Has a control plane use the host, and nothing else. */
    static ControlPlane configure(ControlPlane controlPlane, Hypervisor hypervisor) {
        String settings = "warmfront.providers.rack.settings.";
        return controlPlane
                .withoutLocalMachines()
                .with("warmfront.providers.rack.kind", "libvirt")
                .with(settings + "hosts", "a=" + hypervisor.uri())
                .with(settings + "domain-type", "qemu")
                .with(settings + "pool-folder", hypervisor.pool().toString())
                .with(settings + "base-image", "base.qcow2")
                .with(settings + "kernel", hypervisor.pool().resolve("vmlinux").toString())
                .with(settings + "initrd", hypervisor.pool().resolve("initrd").toString())
                .with(
                        settings + "kernel-arguments",
                        "console=ttyS0 quiet nokaslr no_timer_check mitigations=off tsc=reliable")
                .with(settings + "machine-types", "vm.small:1000:268435456:0.05")
                .with(settings + "host-capacity", "a:4000:2147483648")
                .with(settings + "max-instances", "4")
                // An emulated processor on a busy machine may be silent for a while.
                .with("warmfront.agent.lost-after", "30s");
    }
}
