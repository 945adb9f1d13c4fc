package dev.warmfront.aws;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.CloudSettings;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.util.List;
import java.util.Map;

/** Makes providers whose instances are EC2 instances. It touches nothing of the SDK until it is asked for one. */
public final class AwsProviderFactory implements ComputeProviderFactory {

    /** Names an EC2-compatible endpoint for every provider of this kind whose settings name none. */
    static final String ENDPOINT_VARIABLE = "WARMFRONT_EC2_ENDPOINT";

    @Override
    public String kind() {
        return "aws";
    }

    @Override
    public List<Setting> settings() {
        return AwsSettings.DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        return AwsProvider.open(id, AwsSettings.parse(CloudSettings.withEndpointOf(ENDPOINT_VARIABLE, settings)));
    }
}
