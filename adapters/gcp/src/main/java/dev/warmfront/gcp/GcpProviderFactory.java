package dev.warmfront.gcp;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
        Map<String, String> given = new TreeMap<>(settings);
        String endpoint = System.getenv(ENDPOINT_VARIABLE);
        if (endpoint != null && given.getOrDefault("endpoint", "").isBlank()) {
            given.put("endpoint", endpoint);
        }
        return GcpProvider.open(id, GcpSettings.parse(given));
    }
}
