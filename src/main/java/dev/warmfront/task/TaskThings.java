package dev.warmfront.task;

import dev.warmfront.dataset.DatasetService;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TenantId;
import dev.warmfront.service.ServiceService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The datasets and services that tasks name, as they are registered at the moment. */
@ApplicationScoped
class TaskThings {

    private static final Blob EMPTY = new Blob("0".repeat(64), 0);

    /** Things by their names; null where there is none. */
    record Known(
            Function<String, TaskInput.@Nullable Dataset> datasets,
            Function<String, @Nullable List<Endpoint>> services) {}

    /** Whatever is named exists: for what is looked up only when it is used. */
    static final Known ANY =
            new Known(name -> new TaskInput.Dataset(name, "", EMPTY), name -> List.of(new Endpoint("any", 1, null)));

    private final DatasetService datasets;
    private final ServiceService services;

    TaskThings(DatasetService datasets, ServiceService services) {
        this.datasets = datasets;
        this.services = services;
    }

    /** All that the requests name. */
    Uni<Known> named(TenantId tenant, List<TaskRequest> requests) {
        Set<String> files = new HashSet<>();
        Set<String> called = new HashSet<>();
        for (TaskRequest request : requests) {
            if (request.datasets() != null) {
                request.datasets().stream().filter(Objects::nonNull).forEach(files::add);
            }
            if (request.services() != null) {
                request.services().stream()
                        .filter(Objects::nonNull)
                        .map(TaskRequest.ServiceUseRequest::name)
                        .filter(Objects::nonNull)
                        .forEach(called::add);
            }
        }
        return datasets.named(tenant, files)
                .chain((Map<String, TaskInput.Dataset> found) ->
                        services.named(tenant, called).map(reachable -> new Known(found::get, reachable::get)));
    }
}
