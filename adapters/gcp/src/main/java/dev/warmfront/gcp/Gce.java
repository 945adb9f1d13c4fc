package dev.warmfront.gcp;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.ClientSettings;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.compute.v1.AggregatedListInstancesRequest;
import com.google.cloud.compute.v1.DeleteInstanceRequest;
import com.google.cloud.compute.v1.InsertInstanceRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstancesClient;
import com.google.cloud.compute.v1.InstancesSettings;
import com.google.cloud.compute.v1.ListMachineTypesRequest;
import com.google.cloud.compute.v1.ListZoneOperationsRequest;
import com.google.cloud.compute.v1.MachineTypesClient;
import com.google.cloud.compute.v1.MachineTypesSettings;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.ResumeInstanceRequest;
import com.google.cloud.compute.v1.StartInstanceRequest;
import com.google.cloud.compute.v1.StopInstanceRequest;
import com.google.cloud.compute.v1.SuspendInstanceRequest;
import com.google.cloud.compute.v1.ZoneOperationsClient;
import com.google.cloud.compute.v1.ZoneOperationsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Compute Engine calls that are used, and no others. Each is made once: the control plane repeats by token. Operations
 * are asked for by name, not waited for by the client's futures, which hide why they failed. Throws what the client throws,
 * and {@link IOException} where there are no credentials.
 */
final class Gce implements AutoCloseable {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    /** An operation, whose name is unique in its zone only. */
    record OperationName(String zone, String name) {

        static OperationName parse(String key) {
            int slash = key.indexOf('/');
            return new OperationName(key.substring(0, slash), key.substring(slash + 1));
        }

        String key() {
            return zone + "/" + name;
        }
    }

    private record Clients(InstancesClient instances, ZoneOperationsClient operations, MachineTypesClient types) {}

    private final GcpSettings settings;
    private final long pageSize;
    private @Nullable Clients clients;

    /**
     * @param pageSize how many instances one answer lists
     */
    Gce(GcpSettings settings, int pageSize) {
        this.settings = settings;
        this.pageSize = pageSize;
    }

    /** Made when they are first needed: missing credentials are this provider's trouble, not the control plane's. */
    private synchronized Clients clients() throws IOException {
        Clients known = clients;
        if (known == null) {
            CredentialsProvider credentials = credentials();
            InstancesSettings.Builder instances = with(InstancesSettings.newBuilder(), credentials);
            instances.applyToAllUnaryMethods(this::once);
            ZoneOperationsSettings.Builder operations = with(ZoneOperationsSettings.newBuilder(), credentials);
            operations.applyToAllUnaryMethods(this::once);
            MachineTypesSettings.Builder types = with(MachineTypesSettings.newBuilder(), credentials);
            types.applyToAllUnaryMethods(this::once);
            known = new Clients(
                    InstancesClient.create(instances.build()),
                    ZoneOperationsClient.create(operations.build()),
                    MachineTypesClient.create(types.build()));
            clients = known;
        }
        return known;
    }

    private <B extends ClientSettings.Builder<?, B>> B with(B builder, CredentialsProvider credentials) {
        settings.cloud().endpoint().ifPresent(uri -> builder.setEndpoint(uri.toString()));
        builder.setCredentialsProvider(credentials);
        return builder;
    }

    private @Nullable Void once(UnaryCallSettings.Builder<?, ?> call) {
        call.setSimpleTimeoutNoRetriesDuration(settings.cloud().callTimeout());
        return null;
    }

    private CredentialsProvider credentials() throws IOException {
        if (settings.cloud().endpoint().isPresent()) {
            return NoCredentialsProvider.create();
        }
        Optional<Path> file = settings.credentialsFile();
        if (file.isEmpty()) {
            return FixedCredentialsProvider.create(
                    GoogleCredentials.getApplicationDefault().createScoped(SCOPE));
        }
        try (InputStream key = Files.newInputStream(file.get())) {
            return FixedCredentialsProvider.create(
                    GoogleCredentials.fromStream(key).createScoped(SCOPE));
        }
    }

    Operation insert(String zone, Instance instance, String requestId) throws IOException {
        return clients()
                .instances()
                .insertCallable()
                .call(InsertInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(zone)
                        .setInstanceResource(instance)
                        .setRequestId(requestId)
                        .build());
    }

    Operation start(Ref ref, String requestId) throws IOException {
        return clients()
                .instances()
                .startCallable()
                .call(StartInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(ref.zone())
                        .setInstance(ref.name())
                        .setRequestId(requestId)
                        .build());
    }

    Operation resume(Ref ref, String requestId) throws IOException {
        return clients()
                .instances()
                .resumeCallable()
                .call(ResumeInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(ref.zone())
                        .setInstance(ref.name())
                        .setRequestId(requestId)
                        .build());
    }

    Operation stop(Ref ref, String requestId) throws IOException {
        return clients()
                .instances()
                .stopCallable()
                .call(StopInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(ref.zone())
                        .setInstance(ref.name())
                        .setRequestId(requestId)
                        .build());
    }

    Operation suspend(Ref ref, String requestId) throws IOException {
        return clients()
                .instances()
                .suspendCallable()
                .call(SuspendInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(ref.zone())
                        .setInstance(ref.name())
                        .setRequestId(requestId)
                        .build());
    }

    Operation delete(Ref ref, String requestId) throws IOException {
        return clients()
                .instances()
                .deleteCallable()
                .call(DeleteInstanceRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(ref.zone())
                        .setInstance(ref.name())
                        .setRequestId(requestId)
                        .build());
    }

    Optional<Instance> get(Ref ref) throws IOException {
        try {
            return Optional.of(clients().instances().get(settings.project(), ref.zone(), ref.name()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Instances of all zones that a filter lets through. */
    List<Instance> list(String filter) throws IOException {
        List<Instance> found = new ArrayList<>();
        clients()
                .instances()
                .aggregatedList(AggregatedListInstancesRequest.newBuilder()
                        .setProject(settings.project())
                        .setFilter(filter)
                        .setMaxResults(Math.toIntExact(pageSize))
                        .build())
                .iterateAll()
                .forEach(scope -> found.addAll(scope.getValue().getInstancesList()));
        return found;
    }

    /** These operations, by the key of their name, as far as they are known. */
    Map<String, Operation> operations(Collection<String> keys) throws IOException {
        Map<String, List<String>> byZone = keys.stream()
                .map(OperationName::parse)
                .collect(Collectors.groupingBy(
                        OperationName::zone,
                        TreeMap::new,
                        Collectors.mapping(OperationName::name, Collectors.toList())));
        Map<String, Operation> found = new TreeMap<>();
        for (Map.Entry<String, List<String>> zone : byZone.entrySet()) {
            clients()
                    .operations()
                    .list(ListZoneOperationsRequest.newBuilder()
                            .setProject(settings.project())
                            .setZone(zone.getKey())
                            .setFilter(anyOf(zone.getValue()))
                            .build())
                    .iterateAll()
                    .forEach(operation ->
                            found.put(new OperationName(zone.getKey(), operation.getName()).key(), operation));
        }
        return found;
    }

    /** Those of these instances, as {@code zone/name}, that Compute Engine has taken back. */
    Set<String> preempted(Collection<String> refs) throws IOException {
        Set<String> preempted = new HashSet<>();
        Set<String> zones = new TreeSet<>();
        refs.forEach(ref -> Ref.parse(ref).ifPresent(named -> zones.add(named.zone())));
        for (String zone : zones) {
            clients()
                    .operations()
                    .list(ListZoneOperationsRequest.newBuilder()
                            .setProject(settings.project())
                            .setZone(zone)
                            .setFilter("operationType = compute.instances.preempted")
                            .build())
                    .iterateAll()
                    .forEach(operation ->
                            preempted.add(new Ref(zone, InstanceForm.last(operation.getTargetLink())).toString()));
        }
        preempted.retainAll(refs);
        return preempted;
    }

    /** Which of these types a zone has. */
    Set<String> types(String zone, Collection<String> names) throws IOException {
        Set<String> found = new HashSet<>();
        clients()
                .types()
                .list(ListMachineTypesRequest.newBuilder()
                        .setProject(settings.project())
                        .setZone(zone)
                        .setFilter(anyOf(names))
                        .build())
                .iterateAll()
                .forEach(type -> found.add(type.getName()));
        return found;
    }

    private static String anyOf(Collection<String> names) {
        return names.stream().map(name -> "(name = " + name + ")").collect(Collectors.joining(" OR "));
    }

    @Override
    public synchronized void close() {
        Clients known = clients;
        if (known != null) {
            known.instances().close();
            known.operations().close();
            known.types().close();
        }
    }
}
