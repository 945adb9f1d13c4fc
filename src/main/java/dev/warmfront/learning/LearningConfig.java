package dev.warmfront.learning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /**
     * Experts of optional modules that join the mixture: {@code weka}, {@code neural}. The build must have been asked for them.
     * With others than before, what was learned is learned anew.
     */
    Optional<List<String>> experts();

    /** How often those of them that are trained apart are looked at: trained where enough has come. */
    @WithDefault("10m")
    Duration trainEvery();

    /** How long the training of one expert at one resolution may take, about. */
    @WithDefault("20s")
    Duration trainBudget();
}
