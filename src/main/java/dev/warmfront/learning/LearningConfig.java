package dev.warmfront.learning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the learner. */
@ConfigMapping(prefix = "warmfront.learning")
public interface LearningConfig {

    /** How often it looks for what is new. */
    @WithDefault("1s")
    Duration every();

    /** How often it keeps what it has learned; after a crash it learns again what came since. */
    @WithDefault("5m")
    Duration saveEvery();

    /** Days that it looks back when it learns anew. */
    @WithDefault("42")
    int windowDays();

    /** Series of arrivals kept at most: a tenant's task types, the tenant's sum, and the sum of all. */
    @WithDefault("20000")
    int seriesMax();

    /** Tenants whose graphs and profiles are kept at most; those silent for longest go first. */
    @WithDefault("2000")
    int tenantsMax();
}
