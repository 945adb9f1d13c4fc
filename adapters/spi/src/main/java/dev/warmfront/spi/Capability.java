package dev.warmfront.spi;

import dev.warmfront.domain.StandbyMode;
import java.util.Optional;

/** What a provider may be able to do. The contract kit proves what is declared and that the rest is refused. */
public enum Capability {
    STOP(StandbyMode.STOPPED),
    SUSPEND(StandbyMode.SUSPENDED),
    HIBERNATE(StandbyMode.HIBERNATED),
    /** Capacity that the provider may take back. */
    SPOT(null),
    GPU(null),
    /** Tells of ended or interrupted instances, by itself or when a list shows it; without it only absence tells. */
    EVENTS(null);

    private final Optional<StandbyMode> standbyMode;

    Capability(@org.jspecify.annotations.Nullable StandbyMode standbyMode) {
        this.standbyMode = Optional.ofNullable(standbyMode);
    }

    /** The standby mode that this capability is about, if it is about one. */
    public Optional<StandbyMode> standbyMode() {
        return standbyMode;
    }

    /** The capability that a standby mode needs. */
    public static Capability of(StandbyMode mode) {
        return switch (mode) {
            case STOPPED -> STOP;
            case SUSPENDED -> SUSPEND;
            case HIBERNATED -> HIBERNATE;
        };
    }
}
