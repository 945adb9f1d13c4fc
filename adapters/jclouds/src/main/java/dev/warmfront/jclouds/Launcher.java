package dev.warmfront.jclouds;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.LaunchRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jclouds.openstack.nova.v2_0.domain.Server;

/**
 * Launches one server for one intent, though Nova knows no token that makes a request harmless to repeat. The name is the
 * intent's: it is looked for before a server is created, and when the call has failed, and when Nova has found a host or
 * none. What failed is deleted each time; of twins, which a request makes that arrives after its control plane has died and
 * another has looked, the oldest stays.
 */
final class Launcher {

    private static final int STRIPES = 256;
    private static final String LAUNCH = "create servers";

    private final NovaSettings settings;
    private final Nova nova;
    private final NovaErrors errors;
    private final Settling settling;
    private final List<Lock> stripes = new ArrayList<>();

    Launcher(NovaSettings settings, Nova nova, NovaErrors errors, Settling settling) {
        this.settings = settings;
        this.nova = nova;
        this.errors = errors;
        this.settling = settling;
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new ReentrantLock());
        }
    }

    /**
     * @param flavor Nova's id of what is launched
     */
    ProviderOutcome launch(LaunchRequest request, String flavor) {
        String name = ServerForm.name(request.tags());
        Lock stripe = stripes.get(Math.floorMod(name.hashCode(), STRIPES));
        stripe.lock();
        try {
            if (reconcile(name).isEmpty()) {
                try {
                    nova.create(name, flavor, ServerForm.of(request, settings));
                } catch (RuntimeException failure) {
                    // It may have been done all the same.
                    if (reconcile(name).isEmpty()) {
                        return errors.outcome(LAUNCH, failure);
                    }
                }
            }
            settling.await(LAUNCH, name, servers -> servers.stream().noneMatch(ServerForm::isSeekingAHost));
            return reconcile(name)
                    .map(server -> mine(request, server))
                    .orElseGet(() -> new ProviderOutcome.InsufficientCapacity(
                            request.offering().placement().zone(),
                            request.offering().machineType().name()));
        } finally {
            stripe.unlock();
        }
    }

    /** The one server of the name that stays; every other is deleted. */
    private Optional<Server> reconcile(String name) {
        List<Server> servers = nova.list("^" + name + "$");
        servers.stream().filter(ServerForm::hasFailed).forEach(server -> nova.delete(server.getId()));
        List<Server> living = servers.stream()
                .filter(server -> !ServerForm.hasFailed(server))
                .filter(server -> !ServerForm.isGoing(server))
                .sorted(Comparator.comparing(Server::getCreated).thenComparing(Server::getId))
                .toList();
        living.stream().skip(1).forEach(twin -> nova.delete(twin.getId()));
        return living.stream().findFirst();
    }

    private static ProviderOutcome mine(LaunchRequest request, Server found) {
        return ServerForm.tags(found).filter(request.tags()::equals).isPresent()
                ? new ProviderOutcome.Accepted(found.getId())
                : new ProviderOutcome.Invalid("the name %s is taken in the setting project by a server with other tags"
                        .formatted(found.getName()));
    }
}
