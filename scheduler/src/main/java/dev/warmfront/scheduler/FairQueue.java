package dev.warmfront.scheduler;

import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Eligible tasks by isolation domain, tenant and shape, each shape's by priority (high first), then by time of submission,
 * then by id. It only keeps order; who is next among tenants is the dispatcher's question. Asked by domain, for thousands of
 * tenants may wait and an event concerns one of them.
 */
final class FairQueue {

    /** Where a queued task stands. */
    record Place(TenantEntry tenant, Lane lane, Lane.Entry entry) {}

    private final Tenants tenants;
    private final Domains domains;

    /** Domains in which somebody waits, each at its {@link DomainEntry#waitingPlace}. */
    private final List<DomainEntry> waiting = new ArrayList<>();

    private int tenantsWaiting;
    private final Unmet unmet = new Unmet();
    private int size;

    /** Lanes whose tasks wait by choice: time alone may change it. */
    private final Set<Lane> putOff = new LinkedHashSet<>();

    /** @param tenants and {@code domains}, in whose entries the queue is kept */
    FairQueue(Tenants tenants, Domains domains) {
        this.tenants = tenants;
        this.domains = domains;
    }

    /** A tenant is known, or known anew: its tasks belong to the domain that it says. */
    void put(TenantProfile told) {
        TenantEntry tenant = tenants.of(told.id());
        boolean waits = tenant.isWaiting();
        if (waits) {
            leave(tenant);
        }
        tenant.domain(domains.of(told.domain()));
        if (waits) {
            enter(tenant);
        }
    }

    private void enter(TenantEntry tenant) {
        tenantsWaiting++;
        DomainEntry domain = tenant.domain();
        if (domain != null) {
            if (!domain.isWaiting()) {
                domain.waitingPlace = waiting.size();
                waiting.add(domain);
            }
            domain.enter(tenant);
        }
    }

    private void leave(TenantEntry tenant) {
        tenantsWaiting--;
        DomainEntry domain = tenant.domain();
        if (domain != null) {
            domain.leave(tenant);
            if (domain.waiting().isEmpty()) {
                // The last one takes its place: they are in no order.
                DomainEntry end = waiting.removeLast();
                if (end != domain) {
                    waiting.set(domain.waitingPlace, end);
                    end.waitingPlace = domain.waitingPlace;
                }
                domain.waitingPlace = -1;
            }
        }
    }

    /** @return by which it is taken out again */
    Place add(Task task) {
        TenantEntry tenant = tenants.of(task.spec().tenant());
        if (!tenant.isWaiting()) {
            enter(tenant);
        }
        if (tenant.domain() != null) {
            unmet.mayBe(tenant.domain());
        }
        Place place = new Place(tenant, tenant.lane(Shape.of(task.spec())), Lane.Entry.of(task));
        place.lane().add(place.entry());
        size++;
        return place;
    }

    void remove(Place place) {
        size--;
        TenantEntry tenant = place.tenant();
        place.lane().remove(place.entry());
        if (tenant.domain() != null) {
            tenant.domain().wanting(null);
        }
        if (place.lane().isEmpty()) {
            tenant.emptied(place.lane());
            if (!tenant.isWaiting()) {
                leave(tenant);
            }
        }
    }

    /** Where demand may be unmet. */
    Unmet unmet() {
        return unmet;
    }

    /** The domain's pools have another number of machines. */
    void supplyChanged(DomainEntry domain) {
        unmet.mayBe(domain);
    }

    /** Something has changed that concerns whoever waits. */
    void conditionsChanged() {
        waiting.forEach(unmet::mayBe);
    }

    /** Has every lane tried again. */
    void unstick() {
        for (DomainEntry domain : waiting) {
            for (TenantEntry tenant : domain.waiting()) {
                tenant.lanes().forEach(Lane::unstick);
            }
        }
    }

    /** Has the tenant's lanes tried again. */
    void unstick(TenantId tenant) {
        lanes(tenant).forEach(Lane::unstick);
    }

    /** All of the lane that could be given out now is better off a little later. */
    void putOff(Lane lane, long gains) {
        lane.stick(gains, Long.MAX_VALUE);
        putOff.add(lane);
    }

    /** Time has passed: lanes that were put off are tried again. */
    void lookAgain() {
        putOff.forEach(Lane::unstick);
        putOff.clear();
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Domains in which somebody waits, in no order that means anything. */
    List<DomainEntry> domains() {
        return Collections.unmodifiableList(waiting);
    }

    /** Who waits in the domain, by id. */
    Collection<TenantEntry> waiting(IsolationDomain domain) {
        return domains.of(domain).waiting();
    }

    /** The domain of a tenant that is known; null of another one. */
    @Nullable DomainEntry domain(TenantId tenant) {
        TenantEntry entry = tenants.entry(tenant);
        return entry == null ? null : entry.domain();
    }

    /** Whether any other tenant has something queued, of whatever domain. */
    boolean othersWait(TenantId tenant) {
        return tenantsWaiting > (lanes(tenant).isEmpty() ? 0 : 1);
    }

    /** How many tenants have something queued. */
    int tenantsWaiting() {
        return tenantsWaiting;
    }

    /** The tenant's lanes, in the order in which their shapes first queued. */
    Collection<Lane> lanes(TenantId tenant) {
        TenantEntry entry = tenants.entry(tenant);
        return entry == null ? Collections.emptyList() : Collections.unmodifiableCollection(entry.lanes());
    }
}
