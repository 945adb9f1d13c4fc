package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.time.Instant;

/**
 * Room on an instance for a task whose pool reserves by curves; immutable, each change makes a new image. A task has at most one
 * that is not final. What an attempt holds now is its {@link Allocation}; this says why, and what may come.
 *
 * @param tenant whose task
 * @param task for which task
 * @param attempt for which attempt; 0 while SOFT
 * @param instance where
 * @param state where it stands
 * @param trigger what moved it last
 * @param permille of a thousand like tasks, how many come to this instance; 1000 where declared or there
 * @param curve what the task is expected to use, within its request
 * @param cpuLevel the rung of CPU that it holds, from 0
 * @param memoryLevel the rung of memory that it holds, from 0
 * @param wantsCpuLevel the rung that it should hold; above {@code cpuLevel} where there was no room
 * @param wantsMemoryLevel likewise
 * @param since when the task began here, or is expected to
 * @param expires until when room is set aside, unless it lasts
 * @param lapsed whether higher rungs are set aside no more
 * @param changedAt when it last moved
 */
public record Reservation(
        TenantId tenant,
        TaskId task,
        int attempt,
        InstanceId instance,
        ReservationState state,
        ReservationTrigger trigger,
        int permille,
        ResourceCurve curve,
        int cpuLevel,
        int memoryLevel,
        int wantsCpuLevel,
        int wantsMemoryLevel,
        Instant since,
        Instant expires,
        boolean lapsed,
        Instant changedAt) {

    /** A task that follows another comes at once when that has ended. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    static Reservation soft(Task task, InstanceId instance, ResourceCurve curve, Instant since, Instant now) {
        return new Reservation(
                task.spec().tenant(),
                task.spec().id(),
                0,
                instance,
                ReservationState.SOFT,
                ReservationTrigger.FORESEEN,
                ResourceCurve.CERTAIN,
                curve,
                0,
                0,
                0,
                0,
                since,
                since.plus(curve.latest()),
                false,
                now);
    }

    static Reservation committed(
            AttemptId attempt, InstanceId instance, ReservationTrigger trigger, ResourceCurve curve, Instant now) {
        return new Reservation(
                attempt.tenant(),
                attempt.task(),
                attempt.number(),
                instance,
                ReservationState.COMMITTED,
                trigger,
                ResourceCurve.CERTAIN,
                curve,
                0,
                0,
                0,
                0,
                now,
                now.plus(curve.latest()),
                false,
                now);
    }

    /** When it is looked at again: one that is foreseen soon after its task should have come. */
    Instant due() {
        return state == ReservationState.SOFT ? since.plus(GRACE) : expires;
    }

    /** What is given, or would be given first. */
    public Resources amount() {
        return Resources.of(
                curve.cpu().get(cpuLevel).amount(),
                curve.memory().get(memoryLevel).amount());
    }

    /** Whether it uses more than it was given. */
    public boolean lacks() {
        return wantsCpuLevel > cpuLevel || wantsMemoryLevel > memoryLevel;
    }

    /** Whether a use is within what is given. */
    public boolean isWithinBand(long cpuMillis, long memoryBytes) {
        return cpuLevel == ResourceCurve.holding(curve.cpu(), cpuLevel, cpuMillis)
                && memoryLevel == ResourceCurve.holding(curve.memory(), memoryLevel, memoryBytes);
    }

    /** Whether it uses more memory than was expected of it so far. */
    boolean isOverCurve(Instant now) {
        return Math.max(memoryLevel, wantsMemoryLevel)
                > ResourceCurve.expected(curve.memory(), Duration.between(since, now));
    }

    boolean isOf(AttemptId other) {
        return task.equals(other.task()) && attempt == other.number();
    }

    Reservation moved(ReservationState next, ReservationTrigger why, Instant now) {
        return with(next, why, cpuLevel, memoryLevel, wantsCpuLevel, wantsMemoryLevel, expires, lapsed, now);
    }

    Reservation levels(ReservationTrigger why, int cpu, int memory, int wantsCpu, int wantsMemory, Instant now) {
        return with(state, why, cpu, memory, wantsCpu, wantsMemory, expires, lapsed, now);
    }

    /** As long again as such a task usually runs, with what it has. */
    Reservation lapsed(Instant now) {
        return with(
                state,
                ReservationTrigger.LAPSED,
                cpuLevel,
                memoryLevel,
                wantsCpuLevel,
                wantsMemoryLevel,
                now.plus(curve.length()),
                true,
                now);
    }

    private Reservation with(
            ReservationState next,
            ReservationTrigger why,
            int cpu,
            int memory,
            int wantsCpu,
            int wantsMemory,
            Instant until,
            boolean over,
            Instant now) {
        return new Reservation(
                tenant,
                task,
                attempt,
                instance,
                next,
                why,
                permille,
                curve,
                cpu,
                memory,
                wantsCpu,
                wantsMemory,
                since,
                until,
                over,
                now);
    }
}
