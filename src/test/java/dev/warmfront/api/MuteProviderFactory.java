package dev.warmfront.api;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.FakeCloud;
import dev.warmfront.spi.FakeProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A provider that does not say what it offers, as one that does not answer yet. */
public final class MuteProviderFactory implements ComputeProviderFactory {

    @Override
    public String kind() {
        return "mute";
    }

    @Override
    public List<ComputeProviderFactory.Setting> settings() {
        return List.of();
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        return new FakeProvider(new FakeCloud(1), Set.of(), List.of());
    }
}
