package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured when a stretch of a trace ran live, under one policy or several, one after the other. All times are real seconds.
 *
 * @param flags what the stretch was chosen by, as on the command line
 * @param speed recorded seconds per second
 * @param machines at most
 * @param keepAlive of fixed-keep-alive, as recorded
 * @param plan the tasks as they were to come
 */
record LiveRecord(String flags, double speed, int machines, double keepAlive, List<Planned> plan, List<Run> runs) {

    /** A task: when it is to come, and how long it runs. */
    record Planned(String type, double at, double runtime) {}

    /**
     * A day under one policy. Times count from when it began.
     *
     * @param leads that were planned with
     * @param spendPerBusy what was charged as a multiple of what the planned work alone costs
     */
    record Run(String policy, List<Done> tasks, List<Life> machines, List<Lead> leads, double spendPerBusy) {}

    /** A task: when it could run, got its machine, began, and was over. */
    record Done(String type, double eligible, double assigned, double started, double finished) {

        double waited() {
            return started - eligible;
        }
    }

    /**
     * A machine.
     *
     * @param accepted when the provider had taken the call, from when it is billed; null where it never did
     * @param ready when it was hot
     * @param ending when it was decided to end it
     * @param ended from when it was billed no more
     */
    record Life(
            double requested,
            @Nullable Double accepted,
            @Nullable Double ready,
            @Nullable Double ending,
            @Nullable Double ended) {}

    /** Lead times from a moment on. */
    record Lead(double from, double launch, double resume, double stop) {}

    double busy() {
        return plan.stream().mapToDouble(Planned::runtime).sum();
    }

    /** The same with another run, in the place of one under the same policy. */
    LiveRecord with(Run run) {
        List<Run> all = new ArrayList<>(runs);
        all.removeIf(one -> one.policy().equals(run.policy()));
        all.add(run);
        return new LiveRecord(flags, speed, machines, keepAlive, plan, List.copyOf(all));
    }

    static LiveRecord read(Path file) {
        try {
            return Json.MAPPER.readValue(file.toFile(), LiveRecord.class);
        } catch (IOException e) {
            throw CliException.badUse(file + " is no record of a live run: " + e.getMessage());
        }
    }

    void write(Path file) {
        try {
            Files.writeString(file, Json.MAPPER.writeValueAsString(this));
        } catch (IOException e) {
            throw CliException.failed("cannot write " + file + ": " + e.getMessage());
        }
    }
}
