package dev.warmfront.scheduler;

import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How much of what tenants run is on machines that their provider may take back, for those tenants that bound its share; derived
 * from the instances' images, never a truth of its own. Others are not counted and cost nothing.
 */
final class SpotUse {

    /** One tenant's work, on spot machines and in all: a task weighs as much as it holds of its machine, in millionths. */
    static final class Account {
        private long spot;
        private long all;

        /** The same figures, to reckon with. */
        Account copy() {
            Account copy = new Account();
            copy.spot = spot;
            copy.all = all;
            return copy;
        }

        void add(boolean isSpot, long weight) {
            all += weight;
            spot += isSpot ? weight : 0;
        }

        /** Whether one more task on a spot machine keeps to the share. */
        boolean hasRoom(int sharePpm, long weight) {
            return most(sharePpm, 1, weight, 0) > 0;
        }

        /**
         * How many of so many tasks may go to spot machines, where the others go to machines that stay.
         *
         * @param spotWeight of one of them on a spot machine
         * @param otherWeight of one of them elsewhere; 0 where there is no room for any
         */
        long most(int sharePpm, long tasks, long spotWeight, long otherWeight) {
            // Largest k with spot + k·s ≤ share · (all + k·s + (tasks − k)·o).
            long few = Math.min(tasks, MachineLimits.WHOLE_PPM);
            long room = sharePpm * (all + few * otherWeight) - MachineLimits.WHOLE_PPM * spot;
            long each = spotWeight * (MachineLimits.WHOLE_PPM - sharePpm) + sharePpm * otherWeight;
            return room < 0 ? 0 : each == 0 ? few : Math.min(few, room / each);
        }
    }

    private final Map<TenantId, Account> accounts = new HashMap<>();

    /** What a request weighs on such a machine. */
    static long weight(Resources request, Offering offering) {
        return request.dominantSharePpm(offering.machineType().capacity());
    }

    static boolean isSpot(Offering offering) {
        return offering.purchaseModel() == PurchaseModel.SPOT;
    }

    /** Whether any tenant bounds its share. */
    boolean isCounting() {
        return !accounts.isEmpty();
    }

    /** A tenant is known, or known anew. */
    void put(TenantProfile tenant, Collection<Instance> instances) {
        if (!tenant.settings().machines().dividesSpot()) {
            accounts.remove(tenant.id());
        } else if (!accounts.containsKey(tenant.id())) {
            Account account = new Account();
            accounts.put(tenant.id(), account);
            for (Instance instance : instances) {
                for (Allocation allocation : instance.allocations()) {
                    if (allocation.attempt().tenant().equals(tenant.id())) {
                        account.add(isSpot(instance.offering()), weight(allocation.resources(), instance.offering()));
                    }
                }
            }
        }
    }

    /**
     * An image was replaced.
     *
     * @param changed told of each tenant whose account has changed, perhaps more than once
     */
    void replaced(@Nullable Instance before, Instance after, Consumer<TenantId> changed) {
        if (before != null && before.allocations().equals(after.allocations())) {
            return;
        }
        if (before != null) {
            count(before, -1, changed);
        }
        count(after, 1, changed);
    }

    private void count(Instance instance, int times, Consumer<TenantId> changed) {
        for (Allocation allocation : instance.allocations()) {
            TenantId tenant = allocation.attempt().tenant();
            Account account = accounts.get(tenant);
            if (account != null) {
                account.add(isSpot(instance.offering()), times * weight(allocation.resources(), instance.offering()));
                changed.accept(tenant);
            }
        }
    }

    /** Of a tenant that divides its work between spot machines and others. */
    Account of(TenantId tenant) {
        Account account = accounts.get(tenant);
        if (account == null) {
            throw new IllegalStateException("tenant " + tenant + " does not bound its share of spot");
        }
        return account;
    }

    /** Whether the tenant's settings let it use such a machine now: what of its work is on spot already counts. */
    boolean permits(TenantId tenant, MachineLimits limits, Offering offering, Resources request) {
        return limits.permits(offering)
                && (!limits.dividesSpot()
                        || !isSpot(offering)
                        || of(tenant).hasRoom(limits.spotSharePpm(), weight(request, offering)));
    }
}
