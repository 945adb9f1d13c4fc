package dev.warmfront.cli;

import java.util.OptionalDouble;

/**
 * One task of a recorded trace; what was not recorded is empty.
 *
 * @param tenant empty where the trace names none
 * @param taskType empty where the trace names none
 * @param submitSeconds since the trace's origin, ≥ 0
 * @param runtimeSeconds ≥ 0
 * @param cores cores requested, ≥ 0
 * @param memoryMebibytes memory requested, ≥ 0
 * @param gpus GPUs requested, ≥ 0, may be a fraction
 */
record Arrival(
        String tenant,
        String taskType,
        double submitSeconds,
        OptionalDouble runtimeSeconds,
        OptionalDouble cores,
        OptionalDouble memoryMebibytes,
        OptionalDouble gpus) {}
