package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Domains that may have demand which nothing on its way will serve while a pool of theirs has room: all in which a task was
 * queued, or a pool got another number of machines, since a look found nothing there. A cache beside the truth, as
 * {@link FairQueue.Lane#isStuck} is: one domain too many costs a look and changes no decision.
 */
final class Unmet {

    private final Set<FairQueue.Room> rooms = new LinkedHashSet<>();

    /** The domain's demand may have grown, or what is on its way for it shrunk. */
    void mayBe(FairQueue.Room room) {
        if (!room.mayBeUnmet()) {
            room.mayBeUnmet(true);
            rooms.add(room);
        }
    }

    /** A look found nothing, and time alone will not change that. */
    void isNot(FairQueue.Room room) {
        room.mayBeUnmet(false);
        rooms.remove(room);
    }

    /**
     * Those of the touched domains in which somebody waits and that must be looked at; in no order that means anything. Where nobody
     * waits any more there is nothing to look at until another task is queued.
     */
    List<FairQueue.Room> among(Touched touched, FairQueue queue) {
        List<FairQueue.Room> found = new ArrayList<>();
        if (!touched.isEverything()) {
            for (var domain : touched.domains()) {
                FairQueue.Room room = queue.room(domain);
                if (room != null && room.mayBeUnmet()) {
                    found.add(room);
                }
            }
            return found;
        }
        for (Iterator<FairQueue.Room> each = rooms.iterator(); each.hasNext(); ) {
            FairQueue.Room room = each.next();
            if (room.lines().isEmpty()) {
                room.mayBeUnmet(false);
                each.remove();
            } else {
                found.add(room);
            }
        }
        return found;
    }
}
