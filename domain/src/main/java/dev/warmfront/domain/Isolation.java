package dev.warmfront.domain;

/** Whether a tenant's tasks may run on instances that other sharing tenants use as well. */
public enum Isolation {
    DEDICATED,
    SHARED
}
