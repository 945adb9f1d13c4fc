package dev.warmfront.scheduler;

/** How far a pool may act by itself. */
public enum PoolMode {
    /** Its policy decides. */
    ACTIVE,
    /**
     * Its policy decides, and is only listened to: what it would do is shown ({@link PoolAdvice}). What tasks need is launched when
     * they need it and kept for the pool's keep-alive, as {@code fixed-keep-alive} does.
     */
    FORECAST_ONLY,
    /** It serves what it has, and neither launches, starts, stops nor ends anything. */
    PAUSED
}
