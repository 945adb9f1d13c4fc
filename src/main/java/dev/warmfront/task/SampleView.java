package dev.warmfront.task;

import java.time.Instant;

/** What an attempt's whole process tree used in one second. */
public record SampleView(
        Instant at,
        long cpuMillis,
        long memoryBytes,
        long readBytesPerSecond,
        long writtenBytesPerSecond,
        long networkBytesPerSecond) {}
