package dev.warmfront.libvirt;

import dev.warmfront.libvirt.Connection.Domain;
import dev.warmfront.libvirt.Marks.Phase;
import dev.warmfront.spi.ProviderInstance.Status;
import java.util.Optional;

/**
 * A domain that is an instance of ours.
 *
 * @param domain what libvirt says of it
 * @param marks what it carries
 */
record Guest(Domain domain, Marks marks) {

    // virDomainState
    static final int RUNNING = 1;
    static final int BLOCKED = 2;
    static final int PAUSED = 3;
    static final int SHUTTING_DOWN = 4;
    static final int SHUT_OFF = 5;
    static final int CRASHED = 6;

    // virDomainPausedReason
    private static final int PAUSED_UNKNOWN = 0;
    private static final int PAUSED_USER = 1;
    private static final int PAUSED_SAVE = 3;
    private static final int PAUSED_SHUTTING_DOWN = 8;
    private static final int PAUSED_STARTING_UP = 11;

    // virDomainShutoffReason
    private static final int OFF_SAVED = 5;

    static Optional<Guest> of(Domain domain) {
        return Marks.read(domain.metadata()).map(marks -> new Guest(domain, marks));
    }

    /**
     * How it is, from what is kept by the host. Standby is seen by the image, not by libvirt's reason for being off, which
     * is forgotten when the daemon restarts. TERMINATED: it has ended by itself.
     */
    Status status() {
        return switch (domain.state()) {
            case RUNNING, BLOCKED -> marks.phase() == Phase.STANDBY ? Status.STOPPING : Status.RUNNING;
            case PAUSED ->
                switch (domain.reason()) {
                    case PAUSED_UNKNOWN, PAUSED_USER -> Status.SUSPENDED;
                    case PAUSED_SAVE, PAUSED_SHUTTING_DOWN -> Status.STOPPING;
                    case PAUSED_STARTING_UP -> Status.PENDING;
                    default -> Status.UNRECOGNIZED; // an I/O error, a watchdog: an operator's decision
                };
            case SHUTTING_DOWN -> Status.STOPPING;
            case SHUT_OFF ->
                domain.saved()
                        ? Status.HIBERNATED
                        : switch (marks.phase()) {
                            case LAUNCHING -> Status.PENDING;
                            case STANDBY, STARTING -> Status.STOPPED;
                            // Its image is gone, or not yet to be seen: the disk is there, it can boot.
                            case LIVE -> domain.reason() == OFF_SAVED ? Status.STOPPED : Status.TERMINATED;
                        };
            case CRASHED -> Status.TERMINATED;
            default -> Status.UNRECOGNIZED;
        };
    }

    /** Whether its processors and memory are taken on the host now. */
    boolean holdsRoom() {
        return domain.active() || marks.phase() == Phase.LAUNCHING;
    }
}
