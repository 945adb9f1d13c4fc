package dev.warmfront.jclouds;

import dev.warmfront.spi.Arrivals;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jclouds.openstack.nova.v2_0.domain.Server;

/** Waits for servers, by name or id, all of them with one listing. */
final class Settling implements AutoCloseable {

    private final Nova nova;
    private final NovaErrors errors;
    private final Arrivals<List<Server>> arrivals;

    Settling(Nova nova, NovaErrors errors, Duration firstStep, Duration longestStep) {
        this.nova = nova;
        this.errors = errors;
        this.arrivals = new Arrivals<>(this::ask, firstStep, longestStep);
    }

    private Map<String, List<Server>> ask(Collection<String> namesOrIds) {
        List<Server> servers = nova.list(ServerForm.PREFIX);
        Map<String, List<Server>> found = new HashMap<>();
        for (String key : namesOrIds) {
            found.put(
                    key,
                    servers.stream()
                            .filter(server -> key.equals(server.getName()) || key.equals(server.getId()))
                            .toList());
        }
        return found;
    }

    /**
     * Blocks until the servers of that name or id are as they should be.
     *
     * @param what for messages
     * @param there is given none when there are none (any more)
     * @throws dev.warmfront.spi.ProviderUnavailableException when it takes too long
     */
    void await(String what, String nameOrId, Predicate<List<Server>> there) {
        var unused = errors.await(what, arrivals, nameOrId, there);
    }

    @Override
    public void close() {
        arrivals.close();
    }
}
