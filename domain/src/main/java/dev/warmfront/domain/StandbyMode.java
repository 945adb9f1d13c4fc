package dev.warmfront.domain;

/** How an instance is held in the STANDBY tier. Which modes exist is a capability of the provider. */
public enum StandbyMode {
    /** Powered off, disk and caches kept; a start boots again. */
    STOPPED,
    /** Paused with its memory kept by the host; a start resumes in place. */
    SUSPENDED,
    /** Memory image written to storage, powered off; a start restores it. */
    HIBERNATED
}
