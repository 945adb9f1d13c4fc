package dev.warmfront.forecast;

/** What a task uses over time. */
public enum ResourceKind {
    /** Thousandths of a core. */
    CPU_MILLIS,
    /** Bytes of memory; cannot be taken back from a running task, so its curves only rise. */
    MEMORY_BYTES,
    /** Bytes of scratch storage held; only rises. */
    STORAGE_BYTES,
    /** Operations per second on storage. */
    IO_PER_SECOND,
    /** Bytes per second read from and written to storage. */
    IO_BYTES_PER_SECOND,
    /** Bits per second on the network. */
    NETWORK_BITS_PER_SECOND,
    /** Bytes of GPU memory; only rises. */
    GPU_MEMORY_BYTES;

    /** Whether a reservation may fall while the task runs. */
    public boolean mayFall() {
        return switch (this) {
            case CPU_MILLIS, IO_PER_SECOND, IO_BYTES_PER_SECOND, NETWORK_BITS_PER_SECOND -> true;
            case MEMORY_BYTES, STORAGE_BYTES, GPU_MEMORY_BYTES -> false;
        };
    }
}
