package dev.warmfront.local;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Makes providers whose instances are agent processes on this machine. */
public final class LocalProviderFactory implements ComputeProviderFactory {

    @Override
    public String kind() {
        return "local";
    }

    @Override
    public List<Setting> settings() {
        return LocalSettings.DECLARED;
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        LocalSettings parsed = LocalSettings.parse(settings);
        try {
            return LocalProvider.open(id, parsed, Checkpoint.NONE);
        } catch (IOException unusable) {
            throw new IllegalArgumentException(
                    "setting root: the folder " + parsed.root() + " cannot be used: " + unusable.getMessage(),
                    unusable);
        }
    }
}
