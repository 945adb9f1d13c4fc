package dev.warmfront.api;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.FakeCloud;
import dev.warmfront.spi.FakeProviderFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fake provider for the application under test: its machines boot for ever, so that tasks stay where a test wants them. */
public final class PatientProviderFactory implements ComputeProviderFactory {

    private static final FakeCloud CLOUD = new FakeCloud(10_000);

    @Override
    public String kind() {
        return "patient";
    }

    @Override
    public List<ComputeProviderFactory.Setting> settings() {
        return List.of();
    }

    @Override
    public ComputeProvider create(ProviderId id, Map<String, String> settings) {
        return new FakeProviderFactory(CLOUD, Set.of(Capability.STOP)).create(id, settings);
    }
}
