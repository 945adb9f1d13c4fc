package dev.warmfront.libvirt;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Settings of a provider over one hypervisor, with guests that are small and do nothing. */
final class Lab {

    static final String BASE = "base.qcow2";
    static final String HOST = "a";
    static final String INSTALLATION = "test";

    private final Hypervisor hypervisor;
    private final Map<String, String> settings = new TreeMap<>();

    Lab(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
        with("hosts", HOST + "=" + hypervisor.uri());
        with("domain-type", "qemu");
        with("pool-folder", hypervisor.pool().toString());
        with("base-image", BASE);
        with("machine-types", "small:1000:16777216:0.05");
        with("host-capacity", HOST + ":64000:68719476736");
        with("shutdown-seconds", "0.2");
    }

    Lab with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Hypervisor hypervisor() {
        return hypervisor;
    }

    Map<String, String> settings() {
        return settings;
    }

    ComputeProvider open() {
        return new LibvirtProviderFactory().create(new ProviderId("libvirt"), settings);
    }

    static String uuid(String ref) {
        return ref.substring(ref.indexOf('/') + 1);
    }

    /** As the kernel does when memory is short. */
    void kill(String ref) {
        hypervisor.emulator(uuid(ref)).ifPresent(ProcessHandle::destroyForcibly);
    }

    static LaunchRequest request(ComputeProvider provider, String instance) {
        return request(provider, instance, 0);
    }

    static LaunchRequest request(ComputeProvider provider, String instance, int offering) {
        IntentToken token = new IntentToken("launch-" + instance);
        return new LaunchRequest(
                token,
                new InstanceTags(INSTALLATION, new CellId("default"), new InstanceId(instance), token),
                provider.offerings().get(offering),
                URI.create("http://127.0.0.1:8080"),
                "secret-of-" + instance);
    }
}
