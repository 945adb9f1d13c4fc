package dev.warmfront.gcp;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.CloudSettings;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.util.List;
import java.util.Map;

/** Makes providers whose instances are Compute Engine instances. It touches nothing of the client until it is asked for one. */
public final class GcpProviderFactory implements ComputeProviderFactory {

    /** Names an endpoint for every provider of this kind whose settings name none. */
    static final String ENDPOINT_VARIABLE = "WARMFRONT_GCE_ENDPOINT";

    @Override
    public String kind() {
        return "gcp";
    }

    @Override
    public List<Setting> settings() {
        return GcpSettings.DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        return GcpProvider.open(id, GcpSettings.parse(CloudSettings.withEndpointOf(ENDPOINT_VARIABLE, settings)));
    }
}
