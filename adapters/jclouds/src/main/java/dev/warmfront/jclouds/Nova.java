package dev.warmfront.jclouds;

import com.google.common.collect.ImmutableMultimap;
import dev.warmfront.jclouds.NovaSettings.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jclouds.Constants;
import org.jclouds.ContextBuilder;
import org.jclouds.openstack.keystone.config.KeystoneProperties;
import org.jclouds.openstack.nova.v2_0.NovaApi;
import org.jclouds.openstack.nova.v2_0.NovaApiMetadata;
import org.jclouds.openstack.nova.v2_0.domain.Flavor;
import org.jclouds.openstack.nova.v2_0.domain.Server;
import org.jclouds.openstack.nova.v2_0.extensions.ServerAdminApi;
import org.jclouds.openstack.nova.v2_0.options.CreateServerOptions;
import org.jclouds.openstack.v2_0.domain.PaginatedCollection;
import org.jclouds.openstack.v2_0.options.PaginationOptions;
import org.jspecify.annotations.Nullable;

/**
 * The Nova calls that are used, and no others; jclouds' own compute service, which leaks servers that found no host, is not.
 * Each is made once: the control plane repeats by token. (jclouds sends bodies as streams, which the JDK's HTTP client below
 * it does not send again by itself.) Throws what jclouds throws.
 */
final class Nova implements AutoCloseable {

    private final NovaSettings settings;
    private final int pageSize;
    private @Nullable NovaApi api;

    /**
     * @param pageSize how many servers one answer lists
     */
    Nova(NovaSettings settings, int pageSize) {
        this.settings = settings;
        this.pageSize = pageSize;
    }

    /** Made when it is first needed: an identity service that is away is this provider's trouble, not the control plane's. */
    private synchronized NovaApi api() {
        NovaApi known = api;
        if (known == null) {
            Account account = settings.account();
            Properties overrides = new Properties();
            overrides.setProperty(KeystoneProperties.KEYSTONE_VERSION, "3");
            overrides.setProperty(KeystoneProperties.SCOPE, "project:" + account.project());
            overrides.setProperty(KeystoneProperties.PROJECT_DOMAIN_NAME, account.projectDomain());
            overrides.setProperty(Constants.PROPERTY_MAX_RETRIES, "0");
            String millis = Long.toString(settings.callTimeout().toMillis());
            overrides.setProperty(Constants.PROPERTY_CONNECTION_TIMEOUT, millis);
            overrides.setProperty(Constants.PROPERTY_SO_TIMEOUT, millis);
            known = ContextBuilder.newBuilder(new NovaApiMetadata())
                    .endpoint(settings.endpoint().toString())
                    .credentials(account.userDomain() + ":" + account.user(), account.password())
                    .overrides(overrides)
                    .buildApi(NovaApi.class);
            api = known;
        }
        return known;
    }

    /** Flavors by name. */
    Map<String, Flavor> flavors() {
        Map<String, Flavor> flavors = new HashMap<>();
        for (Flavor flavor :
                api().getFlavorApi(settings.region()).listInDetail().concat()) {
            flavors.put(flavor.getName(), flavor);
        }
        return flavors;
    }

    /**
     * Every server of the project whose name is matched, from all pages.
     *
     * @param name a regular expression, as Nova's listing takes it
     */
    List<Server> list(String name) {
        List<Server> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        boolean more;
        do {
            PaginationOptions options = new PaginationOptions().limit(pageSize);
            after.ifPresent(options::marker);
            PaginatedCollection<Server> page = api().getServerApi(settings.region())
                    .listInDetail(options.queryParameters(ImmutableMultimap.of("name", name)));
            List<Server> servers = page.toList();
            all.addAll(servers);
            // A cloud may list fewer than it is asked for: its link says whether there are more.
            more = page.nextMarker().isPresent() && !servers.isEmpty();
            after = more ? Optional.of(servers.getLast().getId()) : Optional.empty();
        } while (more);
        return all;
    }

    Optional<Server> get(String id) {
        return Optional.ofNullable(api().getServerApi(settings.region()).get(id));
    }

    void create(String name, String flavor, CreateServerOptions options) {
        api().getServerApi(settings.region()).create(name, settings.image(), flavor, options);
    }

    void start(String id) {
        api().getServerApi(settings.region()).start(id);
    }

    void stop(String id) {
        api().getServerApi(settings.region()).stop(id);
    }

    void suspend(String id) {
        admin().suspend(id);
    }

    void resume(String id) {
        admin().resume(id);
    }

    /** False when it is not there. */
    boolean delete(String id) {
        return api().getServerApi(settings.region()).delete(id);
    }

    private ServerAdminApi admin() {
        ServerAdminApi admin = api().getServerAdminApi(settings.region()).orNull();
        if (admin == null) {
            throw new UnsupportedOperationException("this Nova does not suspend: put the setting suspend to false");
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        NovaApi known = api;
        if (known != null) {
            try {
                known.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
