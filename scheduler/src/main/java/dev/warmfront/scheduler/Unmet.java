package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * Domains that may have demand which nothing on its way will serve while a pool of theirs has room: all in which a task was
 * queued, or a pool got another number of machines, since a look found nothing there. A cache beside the truth, as
 * {@link Lane#isStuck} is: one domain too many costs a look and changes no decision.
 */
final class Unmet {

    /** Each at its {@link DomainEntry#unmetPlace}. */
    private final List<DomainEntry> domains = new ArrayList<>();

    /** The domain's demand may have grown, or what is on its way for it shrunk. */
    void mayBe(DomainEntry domain) {
        domain.wanting(null);
        if (!domain.mayBeUnmet()) {
            domain.unmetPlace = domains.size();
            domains.add(domain);
        }
    }

    /** A look found nothing, and time alone will not change that. */
    void isNot(DomainEntry domain) {
        if (domain.mayBeUnmet()) {
            // The last one takes its place: they are in no order.
            DomainEntry end = domains.removeLast();
            if (end != domain) {
                domains.set(domain.unmetPlace, end);
                end.unmetPlace = domain.unmetPlace;
            }
            domain.unmetPlace = -1;
        }
    }

    /**
     * Those of the touched domains in which somebody waits and that must be looked at; in no order that means anything. Where nobody
     * waits any more there is nothing to look at until another task is queued.
     */
    List<DomainEntry> among(Touched touched) {
        List<DomainEntry> found = new ArrayList<>();
        if (!touched.isEverything()) {
            for (DomainEntry domain : touched.domains()) {
                if (domain.isWaiting() && domain.mayBeUnmet()) {
                    found.add(domain);
                }
            }
            return found;
        }
        // From the end: whoever is taken out is replaced by one that was looked at.
        for (int i = domains.size() - 1; i >= 0; i--) {
            DomainEntry domain = domains.get(i);
            if (domain.isWaiting()) {
                found.add(domain);
            } else {
                isNot(domain);
            }
        }
        return found;
    }
}
