package dev.warmfront.scheduler;

import dev.warmfront.domain.TenantId;
import java.util.Arrays;
import java.util.Iterator;
import java.util.TreeMap;

/**
 * What each tenant of a shared pool usually wants at most within a launch's time, and what all the others together do. Whoever wants
 * more than it usually does, surges: until machines have been launched for that, it is to leave the others what they usually want.
 */
final class SharedDemand {

    /** Time constant of what is usual, in seconds; a tenant that wanted nothing for so long is forgotten. */
    private static final double MEMORY = 86_400;

    /** A surge has lasted when it is so many launch times old: what is over sooner, no launch would help. */
    private static final double LASTING = 0.25;

    /** Slots of start-up, when everybody waits for the first machines. */
    private static final int START_UP = 3;

    /** Slots are not shorter than so many seconds. */
    private static final double SHORTEST_SLOT = 60;

    private final class Member {
        private final UsualPeak own = new UsualPeak(kept);
        private final UsualPeak others = new UsualPeak(kept);
        private double level;
        private double peak;

        /** The most that the others wanted at once in this slot, up to the tenant's last change. */
        private double rest;

        /** The number of that change. */
        private long changed;

        /** Since when it has wanted more than usual without a break; NaN when it does not. */
        private double beyond = Double.NaN;

        private int quiet;

        private boolean isKnown() {
            return own.isKnown() && others.isKnown();
        }

        private void see() {
            rest = Math.max(rest, totals.since(changed) - level);
        }

        private void compare(double time) {
            if (!isKnown() || level <= own.usual()) {
                beyond = Double.NaN;
            } else if (Double.isNaN(beyond)) {
                beyond = time;
            }
        }

        private void endSlot(boolean counts) {
            see();
            if (counts) {
                own.add(peak);
                others.add(rest);
            }
            quiet = peak > 0 ? 0 : quiet + 1;
            peak = level;
            rest = 0;
            changed = 0;
        }
    }

    private final double launchLead;
    private final double slot;
    private final double kept;
    private final TreeMap<TenantId, Member> members = new TreeMap<>();
    private final Totals totals = new Totals();
    private double total;
    private double slotEnds = Double.NaN;
    private int slots;

    /** @param launchLead seconds that a launch takes */
    SharedDemand(double launchLead) {
        this.launchLead = launchLead;
        this.slot = Math.max(SHORTEST_SLOT, launchLead);
        this.kept = Math.exp(-slot / MEMORY);
    }

    /**
     * The tenant wants so many instances more, or fewer.
     *
     * @param lasts whether it wants them for as long as a launch takes: no surge begins with what is over sooner
     */
    void change(TenantId tenant, double by, boolean lasts, double time) {
        pass(time);
        Member member = members.get(tenant);
        if (member == null) {
            member = new Member();
            members.put(tenant, member);
        }
        member.see();
        total += by;
        member.level += by;
        member.peak = Math.max(member.peak, member.level);
        member.changed = totals.add(total);
        if (lasts || member.level <= member.own.usual()) {
            member.compare(time);
        }
    }

    /** Lets time pass. */
    void pass(double time) {
        if (Double.isNaN(slotEnds)) {
            slotEnds = time + slot;
            totals.begin(0);
        }
        // After a long silence all that is remembered is silence.
        slotEnds = Math.max(slotEnds, time - 2 * MEMORY);
        while (slotEnds <= time) {
            boolean counts = ++slots > START_UP;
            for (Iterator<Member> each = members.values().iterator(); each.hasNext(); ) {
                Member member = each.next();
                member.endSlot(counts);
                if (!Double.isNaN(member.beyond)) {
                    member.compare(slotEnds);
                }
                if (member.quiet * slot > MEMORY) {
                    each.remove();
                }
            }
            totals.begin(total);
            slotEnds += slot;
        }
    }

    /** Whether it is known what the tenant, and what the others, usually want. */
    boolean isKnown(TenantId tenant) {
        Member member = members.get(tenant);
        return members.size() > 1 && member != null && member.isKnown();
    }

    /** Instances that the tenant wants at once in nine of ten slots at most. */
    double usual(TenantId tenant) {
        Member member = members.get(tenant);
        return member == null ? 0 : member.own.usual();
    }

    /** Instances that all the others want at once in nine of ten slots at most. */
    double usualOfOthers(TenantId tenant) {
        Member member = members.get(tenant);
        return member == null ? 0 : member.others.usual();
    }

    /** Instances for a surge that lasts and for what the others usually want; 0 where there is none. */
    double wanted(double time) {
        double most = 0;
        if (members.size() > 1) {
            for (Member member : members.values()) {
                if (time - member.beyond >= LASTING * launchLead) {
                    most = Math.max(most, member.level + member.others.usual());
                }
            }
        }
        return most;
    }

    /** A slot's totals, of which the highest since any of them can be asked for. */
    private static final class Totals {
        private long[] numbers = new long[16];
        private double[] values = new double[16];
        private int size;
        private long next;

        void begin(double value) {
            size = 0;
            next = 0;
            add(value);
        }

        /** Returns its number. */
        long add(double value) {
            while (size > 0 && values[size - 1] <= value) {
                size--;
            }
            if (size == values.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            numbers[size] = next;
            values[size] = value;
            size++;
            return next++;
        }

        /** The highest of that one and those after it. */
        double since(long number) {
            int place = Arrays.binarySearch(numbers, 0, size, number);
            return values[place >= 0 ? place : -place - 1];
        }
    }
}
