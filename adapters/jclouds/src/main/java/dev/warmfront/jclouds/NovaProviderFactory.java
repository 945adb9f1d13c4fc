package dev.warmfront.jclouds;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.util.List;
import java.util.Map;

/** Makes providers whose instances are Nova servers. It touches nothing of jclouds until it is asked for one. */
public final class NovaProviderFactory implements ComputeProviderFactory {

    @Override
    public String kind() {
        return "openstack";
    }

    @Override
    public List<Setting> settings() {
        return NovaSettings.DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        return NovaProvider.open(id, NovaSettings.parse(settings));
    }
}
