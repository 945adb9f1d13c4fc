package dev.warmfront.libvirt;

/** How processors are brought about. Never guessed: a host may have /dev/kvm and advertise it where it does not work. */
enum DomainType {
    /** By the processor's own virtualisation. */
    KVM("kvm", " machine='q35'", "<cpu mode='host-passthrough' migratable='off'/>"),
    /** By emulation: slow, and possible everywhere. */
    QEMU("qemu", " machine='q35'", "<cpu mode='custom'><model>qemu64</model></cpu>"),
    /** By libvirt's stand-in for a host, which only keeps books. */
    TEST("test", "", "");

    private final String libvirtName;
    private final String machine;
    private final String cpu;

    DomainType(String libvirtName, String machine, String cpu) {
        this.libvirtName = libvirtName;
        this.machine = machine;
        this.cpu = cpu;
    }

    String libvirtName() {
        return libvirtName;
    }

    /** Attributes of the element {@code type}. */
    String machine() {
        return machine;
    }

    /** The element {@code cpu}. */
    String cpu() {
        return cpu;
    }
}
