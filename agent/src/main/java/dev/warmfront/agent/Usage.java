package dev.warmfront.agent;

/**
 * What a process tree has used since its start.
 *
 * @param cpuNanos user and system time
 * @param peakMemoryBytes largest resident memory seen
 * @param readBytes from storage
 * @param writtenBytes to storage
 * @param wallNanos from start, by the monotonic clock
 */
record Usage(long cpuNanos, long peakMemoryBytes, long readBytes, long writtenBytes, long wallNanos) {

    static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    /** The larger of each: sources that see only a part of the tree never lower what was already seen. */
    Usage max(Usage other) {
        return new Usage(
                Math.max(cpuNanos, other.cpuNanos),
                Math.max(peakMemoryBytes, other.peakMemoryBytes),
                Math.max(readBytes, other.readBytes),
                Math.max(writtenBytes, other.writtenBytes),
                Math.max(wallNanos, other.wallNanos));
    }
}
