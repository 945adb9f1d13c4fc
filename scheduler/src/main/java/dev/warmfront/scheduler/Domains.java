package dev.warmfront.scheduler;

import dev.warmfront.domain.IsolationDomain;

/** Every isolation domain that a cell has heard of. */
final class Domains {

    private final IdTable<DomainEntry> entries = new IdTable<>();

    /** The domain's entry; the same while the state lives. */
    DomainEntry of(IsolationDomain domain) {
        DomainEntry known = entries.get(domain);
        if (known != null) {
            return known;
        }
        DomainEntry entry = new DomainEntry(domain);
        entries.add(entry);
        return entry;
    }
}
