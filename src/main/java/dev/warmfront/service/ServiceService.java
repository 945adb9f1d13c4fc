package dev.warmfront.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmfront.domain.DataNames;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TenantId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.problem.Problems;
import dev.warmfront.tenant.NamedService;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What tasks may call, under names, each with the endpoints of which the nearest is taken. */
@Singleton
public class ServiceService extends NamedService<ServiceRow, ServiceView> {

    private static final TypeReference<List<ServiceView.EndpointView>> ENDPOINTS = new TypeReference<>() {};
    private static final int LONGEST_ZONE = 128;

    private final IdempotencyService idempotency;
    private final ObjectMapper json;

    ServiceService(
            Mutiny.SessionFactory sessions,
            ServiceStore store,
            TenantService tenants,
            IdempotencyService idempotency,
            ObjectMapper json) {
        super(sessions, store, tenants, idempotency);
        this.idempotency = idempotency;
        this.json = json;
    }

    Uni<Reply> create(TenantId tenant, ServiceRequest request, @Nullable String key) {
        String name = request.name() == null ? "" : request.name();
        List<ServiceView.EndpointView> endpoints = endpoints(name, request);
        return create(
                tenant,
                key,
                "POST /v1/services",
                request,
                name,
                "delete it first",
                () -> new ServiceRow(tenant.value(), name, idempotency.write(endpoints), now()));
    }

    /** The endpoints of those of the names that exist. */
    public Uni<Map<String, List<Endpoint>>> named(TenantId tenant, Collection<String> names) {
        return rows(tenant, names).map(rows -> {
            Map<String, List<Endpoint>> found = new HashMap<>();
            rows.forEach(row -> found.put(
                    row.name,
                    view(row).endpoints().stream()
                            .map(endpoint -> endpoint(endpoint.address(), endpoint.zone()))
                            .toList()));
            return found;
        });
    }

    private static List<ServiceView.EndpointView> endpoints(String name, ServiceRequest request) {
        try {
            DataNames.check("service", name);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("name", String.valueOf(e.getMessage()));
        }
        List<Endpoint> endpoints = new ArrayList<>();
        List<ServiceRequest.EndpointRequest> asked = request.endpoints() == null ? List.of() : request.endpoints();
        try {
            for (ServiceRequest.EndpointRequest one : asked) {
                if (one == null || one.address() == null) {
                    throw new IllegalArgumentException("an endpoint has no address");
                }
                endpoints.add(endpoint(one.address(), one.zone()));
            }
            return new ServiceUse(name, endpoints, 0)
                    .endpoints().stream()
                            .map(endpoint -> new ServiceView.EndpointView(endpoint.address(), endpoint.zone()))
                            .toList();
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("endpoints", String.valueOf(e.getMessage()));
        }
    }

    private static Endpoint endpoint(String address, @Nullable String zone) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, Math.max(0, colon));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String port = address.substring(colon + 1);
        if (colon < 1 || port.isEmpty() || port.length() > 5 || !port.chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException("an endpoint's address is host:port");
        }
        if (zone != null && (zone.isBlank() || zone.length() > LONGEST_ZONE)) {
            throw new IllegalArgumentException("an endpoint's zone has 1 to " + LONGEST_ZONE + " characters");
        }
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port), zone);
    }

    @Override
    protected ServiceView view(ServiceRow row) {
        try {
            return new ServiceView(row.name, json.readValue(row.endpoints, ENDPOINTS), row.createdAt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("service " + row.name + " has unreadable columns", e);
        }
    }
}
