package dev.warmfront.cell;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the cell that this process owns or stands by for. */
@ConfigMapping(prefix = "warmfront.cell")
public interface CellConfig {

    /** Its name; part of every instance's id. Lower-case letters and digits. */
    @WithDefault("default")
    String id();

    /** How long an owner may be silent before another process takes the cell. */
    @WithDefault("5s")
    Duration lease();

    /** This process's name among replicas. A process that comes back under the same name takes its cell back at once. */
    Optional<String> node();

    /** Events that may wait; beyond that senders are told to come again. */
    @WithDefault("100000")
    int inboxCapacity();

    /** Events decided at most between two commits. */
    @WithDefault("2048")
    int batchLimit();

    /** An instance that is not hot this long after its launch or start is given up. */
    @WithDefault("15m")
    Duration bootDeadline();

    /** An instance that is not in standby this long after its stop was decided is ended. */
    @WithDefault("5m")
    Duration stopDeadline();

    /** How long an offering is left alone after the provider had no capacity or quota. */
    @WithDefault("30s")
    Duration stockOutPause();

    /** Attempts of a lost instance run again elsewhere after this long even if its end is not confirmed. */
    @WithDefault("2m")
    Duration fenceDeadline();

    /** What policies that look ahead go by. */
    Policy policy();

    /** What policies that look ahead go by. */
    interface Policy {

        /** The share of tasks that may wait. */
        @WithDefault("0.02")
        double waitingShare();

        /** Lead times that were learned are taken at this quantile; where none were, the three below hold. */
        @WithDefault("0.8")
        double leadQuantile();

        /** From a launch's request until the machine is hot. */
        @WithDefault("60s")
        Duration launchLead();

        /** From standby until it is hot. */
        @WithDefault("20s")
        Duration resumeLead();

        /** From hot until it is in standby. */
        @WithDefault("30s")
        Duration stopLead();

        /** How far back a policy is told of the past when a process takes the cell. */
        @WithDefault("7d")
        Duration window();

        /** Tasks of the past that it is told of at most, the latest. */
        @WithDefault("50000")
        int tasksMax();
    }

    /**
     * Folder in which every event and a digest of what was decided are written down, a file for each tenure; nowhere unless it is
     * named. The files hold tenants' commands.
     */
    Optional<Path> eventLog();

    /** Unfinished tasks that the cell takes. */
    @WithDefault("1000000")
    int maxLiveTasks();
}
