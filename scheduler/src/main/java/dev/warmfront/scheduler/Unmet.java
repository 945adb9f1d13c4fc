package dev.warmfront.scheduler;

import dev.warmfront.domain.IsolationDomain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Domains that may have demand which nothing on its way will serve while a pool of theirs has room: all in which a task was
 * queued, or a machine came, went or changed what it may serve, since a look found nothing there. A cache beside the truth, as
 * {@link FairQueue.Lane#isStuck} is: one domain too many costs a look and changes no decision.
 */
final class Unmet {

    private final Set<IsolationDomain> domains = new LinkedHashSet<>();

    /** The domain's demand may have grown, or what is on its way for it shrunk. */
    void mayBe(IsolationDomain domain) {
        domains.add(domain);
    }

    /** Something changed that concerns whoever waits. */
    void mayBeAnywhere(FairQueue queue) {
        domains.addAll(queue.domains());
    }

    /** A look found nothing, and time alone will not change that. */
    void isNot(IsolationDomain domain) {
        domains.remove(domain);
    }

    /** Those of the touched domains that must be looked at; in no order that means anything. */
    List<IsolationDomain> among(Touched touched) {
        List<IsolationDomain> found = new ArrayList<>();
        Iterable<IsolationDomain> asked = touched.isEverything() ? domains : touched.domains();
        for (IsolationDomain domain : asked) {
            if (domains.contains(domain)) {
                found.add(domain);
            }
        }
        return found;
    }
}
