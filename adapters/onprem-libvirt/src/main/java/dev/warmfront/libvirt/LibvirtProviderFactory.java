package dev.warmfront.libvirt;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.util.List;
import java.util.Map;

/** Makes providers whose instances are virtual machines on hosts of one's own. */
public final class LibvirtProviderFactory implements ComputeProviderFactory {

    @Override
    public String kind() {
        return "libvirt";
    }

    @Override
    public List<Setting> settings() {
        return LibvirtSettings.DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        LibvirtSettings read = SettingsReader.read(settings);
        NativeLibrary.load();
        return LibvirtProvider.open(id, read);
    }
}
