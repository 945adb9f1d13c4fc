package dev.warmfront.agent;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.AgentView;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Outputs;
import dev.warmfront.scheduler.SentAhead;
import dev.warmfront.scheduler.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What agents must be told of files and services, as committed. Guarded by itself. */
final class AgentData {

    private Outputs outputs = new Outputs();
    private final Map<TaskId, SentAhead> ahead = new HashMap<>();
    private final Map<InstanceId, Set<TaskId>> aheadTo = new HashMap<>();
    private final Map<TenantId, IsolationDomain> domains = new HashMap<>();

    /** Endpoints that tasks of the domain named lately, the latest last. */
    private final Map<IsolationDomain, SequencedSet<String>> endpoints = new HashMap<>();

    synchronized void reload(CellState state) {
        forget();
        outputs = new Outputs(state.data().outputs());
        for (Task task : state.tasks()) {
            TenantProfile tenant = state.tenant(task.spec().tenant());
            if (tenant != null) {
                domains.put(tenant.id(), tenant.domain());
            }
            noteEndpoints(task);
        }
    }

    synchronized void forget() {
        outputs = new Outputs();
        ahead.clear();
        aheadTo.clear();
        domains.clear();
        endpoints.clear();
    }

    synchronized void see(TenantProfile tenant) {
        domains.put(tenant.id(), tenant.domain());
    }

    synchronized void see(Task task) {
        if (task.spec().data().hasPlaces() || !task.spec().data().outputs().isEmpty()) {
            outputs.see(task);
            if (task.state() != TaskState.PENDING && task.state() != TaskState.QUEUED) {
                callBack(task.spec().id());
            }
            noteEndpoints(task);
        }
    }

    synchronized void see(SentAhead sent) {
        callBack(sent.task());
        ahead.put(sent.task(), sent);
        aheadTo.computeIfAbsent(sent.instance(), instance -> new LinkedHashSet<>())
                .add(sent.task());
    }

    private void callBack(TaskId task) {
        SentAhead sent = ahead.remove(task);
        Set<TaskId> there = sent == null ? null : aheadTo.get(sent.instance());
        if (sent != null && there != null && there.remove(task) && there.isEmpty()) {
            aheadTo.remove(sent.instance());
        }
    }

    synchronized void gone(InstanceId instance) {
        Set<TaskId> there = aheadTo.remove(instance);
        if (there != null) {
            there.forEach(ahead::remove);
        }
    }

    private void noteEndpoints(Task task) {
        IsolationDomain domain = domains.get(task.spec().tenant());
        if (domain == null || task.state().isFinal()) {
            return;
        }
        for (ServiceUse service : task.spec().data().services()) {
            for (Endpoint endpoint : service.endpoints()) {
                SequencedSet<String> all = endpoints.computeIfAbsent(domain, key -> new LinkedHashSet<>());
                all.addLast(endpoint.address());
                if (all.size() > AgentView.MAX_ENDPOINTS) {
                    all.removeFirst();
                }
            }
        }
    }

    /** What should lie with the instance besides what its attempts bring: what was made there and is wanted, and what is sent ahead. */
    synchronized List<Wire.Datum> wanted(InstanceId instance) {
        Map<String, Wire.Datum> wanted = new TreeMap<>();
        for (Outputs.Left left : outputs.madeAt(instance)) {
            left.blobs().values().forEach(blob -> put(wanted, left.tenant(), blob, null));
        }
        for (TaskId task : aheadTo.getOrDefault(instance, Set.of())) {
            SentAhead sent = ahead.get(task);
            if (sent != null) {
                sent.items().forEach(item -> put(wanted, sent.tenant(), item.blob(), item.url()));
            }
        }
        return List.copyOf(wanted.values());
    }

    private static void put(Map<String, Wire.Datum> into, TenantId tenant, Blob blob, @Nullable String url) {
        into.merge(
                tenant + "/" + blob.sha256(),
                new Wire.Datum(tenant.value(), blob.sha256(), blob.bytes(), url),
                (one, other) -> one.url() == null ? other : one);
    }

    /** The task's files, and where they are. */
    synchronized List<Wire.Input> inputs(Task task) {
        List<Wire.Input> inputs = new ArrayList<>();
        for (TaskInput input : task.spec().data().inputs()) {
            Blob blob = outputs.find(input);
            String url = input instanceof TaskInput.Dataset dataset ? dataset.url() : null;
            inputs.add(
                    blob == null
                            ? new Wire.Input(input.name(), null, null, null)
                            : new Wire.Input(input.name(), blob.sha256(), blob.bytes(), url));
        }
        return inputs;
    }

    /** Services that the task calls; endpoints in the instance's zone first. */
    static List<Wire.Service> services(Task task, Instance instance) {
        String zone = instance.offering().placement().zone();
        List<Wire.Service> services = new ArrayList<>();
        for (ServiceUse service : task.spec().data().services()) {
            SequencedSet<String> addresses = new LinkedHashSet<>();
            service.endpoints().stream()
                    .filter(endpoint -> zone.equals(endpoint.zone()))
                    .forEach(endpoint -> addresses.add(endpoint.address()));
            service.endpoints().forEach(endpoint -> addresses.add(endpoint.address()));
            services.add(new Wire.Service(service.name(), List.copyOf(addresses)));
        }
        return services;
    }

    synchronized List<String> endpoints(IsolationDomain domain) {
        SequencedSet<String> all = endpoints.get(domain);
        return all == null ? List.of() : List.copyOf(all);
    }

    /** Whether the tenant's bytes were made there; its agent may not have said so yet. */
    synchronized boolean isMadeAt(InstanceId instance, TenantId tenant, String sha256) {
        for (Outputs.Left left : outputs.madeAt(instance)) {
            boolean there = left.tenant().equals(tenant)
                    && left.blobs().values().stream()
                            .anyMatch(blob -> blob.sha256().equals(sha256));
            if (there) {
                return true;
            }
        }
        return false;
    }

    /** I4: whether the instance reads the bytes for one of these tasks, or was told to fetch them ahead. */
    synchronized boolean mayRead(InstanceId instance, TenantId tenant, String sha256, List<Task> tasks) {
        for (Task task : tasks) {
            for (TaskInput input : task.spec().data().inputs()) {
                Blob blob = outputs.find(input);
                if (blob != null
                        && task.spec().tenant().equals(tenant)
                        && blob.sha256().equals(sha256)) {
                    return true;
                }
            }
        }
        for (TaskId task : aheadTo.getOrDefault(instance, Set.of())) {
            SentAhead sent = ahead.get(task);
            if (sent != null
                    && sent.tenant().equals(tenant)
                    && sent.items().stream()
                            .anyMatch(item -> item.blob().sha256().equals(sha256))) {
                return true;
            }
        }
        return false;
    }

    /** What agents said of their caches, in order of time. */
    static Map<TenantId, List<Blob>> held(List<Wire.Datum> told) {
        Map<TenantId, List<Blob>> held = new LinkedHashMap<>();
        for (Wire.Datum datum : told.subList(Math.max(0, told.size() - AgentView.MAX_BLOBS), told.size())) {
            try {
                held.computeIfAbsent(new TenantId(datum.tenant()), tenant -> new ArrayList<>())
                        .add(new Blob(datum.sha256(), datum.bytes()));
            } catch (IllegalArgumentException notOurs) {
                // A file that an agent found in its folder and that is none of ours.
            }
        }
        return held;
    }
}
