package dev.warmfront.instance;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.Offering;
import dev.warmfront.instance.WhyView.PaidView;
import dev.warmfront.instance.WhyView.PriceView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Puts together why a machine is as it is. */
@ApplicationScoped
class WhyDirectory {

    private static final String PRICES = "select cast(offering as text) from instance where instance_id = :instance";

    private static final String PAID = """
            select tenant_id, kind, sum(amount_nanos) from ledger
            where instance_id = :instance group by 1, 2 order by 3 desc, 1, 2
            """;

    private final Mutiny.SessionFactory sessions;
    private final InstanceDirectory instances;

    WhyDirectory(Mutiny.SessionFactory sessions, InstanceDirectory instances) {
        this.sessions = sessions;
        this.instances = instances;
    }

    Uni<Optional<WhyView>> why(String instance) {
        return instances
                .find(instance)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : sessions.withSession(session -> session.createNativeQuery(PRICES, String.class)
                                        .setParameter("instance", instance)
                                        .getSingleResult()
                                        .chain(offering -> session.createNativeQuery(PAID, Object[].class)
                                                .setParameter("instance", instance)
                                                .getResultList()
                                                .map(paid -> view(found.get(), offering, paid))))
                                .map(Optional::of));
    }

    private static WhyView view(InstanceView instance, String offeringJson, List<Object[]> paid) {
        List<InstanceView.MoveView> timeline = instance.timeline() == null ? List.of() : instance.timeline();
        if (timeline.isEmpty()) {
            throw new IllegalStateException("instance " + instance.id() + " has no history");
        }
        // What moved it last: a task that came or went is no reason to be there, but it is why it is busy or idle.
        InstanceView.MoveView last = timeline.getLast();
        return new WhyView(
                instance.id(),
                sentence(instance, last),
                instance.state(),
                instance.stateSince(),
                last.reasonCode(),
                last.reason(),
                instance.causeTenant(),
                instance.causeTask(),
                hourly(CellJson.offering(offeringJson)),
                paid.stream()
                        .map(row -> new PaidView((String) row[0], (String) row[1], ((Number) row[2]).longValue()))
                        .toList());
    }

    private static String sentence(InstanceView instance, InstanceView.MoveView last) {
        String payer = instance.causeTenant() == null
                ? "Nobody asked for it: its idle time is the operator's."
                : "It is held for tenant %s (task %s), which pays for its idle time."
                        .formatted(instance.causeTenant(), instance.causeTask());
        return "%s is %s since %s: %s. %s"
                .formatted(
                        instance.id(),
                        instance.state().toLowerCase(Locale.ROOT),
                        instance.stateSince(),
                        last.reason(),
                        payer);
    }

    private static List<PriceView> hourly(Offering offering) {
        List<PriceView> prices = new ArrayList<>();
        prices.add(new PriceView("HOT", offering.hotRate().nanosPerHour()));
        offering.standbyRates().forEach((mode, rate) -> prices.add(new PriceView(mode.name(), rate.nanosPerHour())));
        prices.add(new PriceView("NONE", 0));
        return prices;
    }
}
