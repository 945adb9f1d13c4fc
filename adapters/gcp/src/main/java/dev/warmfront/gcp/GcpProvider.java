package dev.warmfront.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Operation;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/** Instances are Compute Engine instances; {@code zone/name} names them. Compute Engine is the truth. */
final class GcpProvider extends CloudProvider {

    static final Pace NORMAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(4), 500);

    private static final String LIST = "list machine types";

    /** A machine that is on its way cannot be sent elsewhere: how long until it may be asked again. */
    private static final Duration NOT_YET = Duration.ofSeconds(2);

    private final GcpSettings settings;
    private final Gce gce;
    private final GcpErrors errors;
    private final Catalogue catalogue;
    private final Operations operations;
    private final Launcher launcher;

    private GcpProvider(
            ProviderId id, GcpSettings settings, Gce gce, GcpErrors errors, Catalogue catalogue, Pace pace) {
        super(id, capabilities(settings, catalogue.hasGpus()), errors, pace);
        this.settings = settings;
        this.gce = gce;
        this.errors = errors;
        this.catalogue = catalogue;
        this.operations = new Operations(gce, errors, pace.firstStep(), pace.longestStep());
        this.launcher = new Launcher(settings, gce, errors, operations);
    }

    static GcpProvider open(ProviderId id, GcpSettings settings) {
        return open(id, settings, NORMAL);
    }

    static GcpProvider open(ProviderId id, GcpSettings settings, Pace pace) {
        Gce gce = new Gce(settings, pace.pageSize());
        return new GcpProvider(id, settings, gce, new GcpErrors(id, settings), new Catalogue(id, settings, gce), pace);
    }

    private static Set<Capability> capabilities(GcpSettings settings, boolean gpus) {
        EnumSet<Capability> capabilities = EnumSet.of(Capability.STOP, Capability.SUSPEND, Capability.EVENTS);
        if (settings.cloud().spot()) {
            capabilities.add(Capability.SPOT);
        }
        if (gpus) {
            capabilities.add(Capability.GPU);
        }
        return Set.copyOf(capabilities);
    }

    @Override
    public List<Offering> offerings() {
        return offerings(LIST, "machine-types, groups and zones", catalogue::offerings);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Optional<Target> target = calling(LIST, () -> catalogue.find(request.offering()));
        return target.isEmpty()
                ? notOffered(request.offering(), "machine-types, groups, zones and spot")
                : calling("insert instances", () -> launcher.launch(request, target.get()));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return onInstance("start instances", ref, (named, instance) -> switch (standing(instance)) {
            case PENDING, RUNNING -> accepted(named);
            case STOPPED ->
                done("start instances", named, instance, gce.start(named, id("start", named, instance, token)));
            case SUSPENDED ->
                done("resume instances", named, instance, gce.resume(named, id("resume", named, instance, token)));
            case STOPPING -> Optional.empty();
            case HIBERNATED, TERMINATED, UNRECOGNIZED -> Optional.of(new ProviderOutcome.Throttled(NOT_YET));
        });
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return switch (mode) {
            case STOPPED -> stop(ref, Status.STOPPED, token);
            case SUSPENDED -> stop(ref, Status.SUSPENDED, token);
            case HIBERNATED -> new ProviderOutcome.Unsupported(Capability.HIBERNATE.name());
        };
    }

    private ProviderOutcome stop(String ref, Status wanted, IntentToken token) {
        return onInstance("stop instances", ref, (named, instance) -> {
            Status now = standing(instance);
            if (now == wanted) {
                return accepted(named);
            }
            return switch (now) {
                case RUNNING -> {
                    String verb = wanted == Status.STOPPED ? "stop" : "suspend";
                    String requestId = id(verb, named, instance, token);
                    Operation begun =
                            wanted == Status.STOPPED ? gce.stop(named, requestId) : gce.suspend(named, requestId);
                    yield done(verb + " instances", named, instance, begun);
                }
                case STOPPED, SUSPENDED ->
                    Optional.of(new ProviderOutcome.Invalid("instance %s is %s; start it first".formatted(ref, now)));
                case STOPPING -> Optional.empty();
                case PENDING, HIBERNATED, TERMINATED, UNRECOGNIZED ->
                    Optional.of(new ProviderOutcome.Throttled(NOT_YET));
            };
        });
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        ProviderOutcome outcome = onInstance(
                "delete instances",
                ref,
                (named, instance) -> done(
                        "delete instances", named, instance, gce.delete(named, id("delete", named, instance, token))));
        announcements().forget(ref);
        return outcome;
    }

    /** The same for a repeated call; another one when the machine has been started in between. */
    private static String id(String verb, Ref ref, Instance instance, IntentToken token) {
        return InstanceForm.requestId(verb, ref.toString(), token.value(), instance.getLastStartTimestamp());
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return calling("list instances", () -> {
            List<ProviderInstance> instances = new ArrayList<>();
            Set<String> listed = new HashSet<>();
            Set<String> leaving = new HashSet<>();
            for (Instance found : gce.list(InstanceForm.installationFilter(installation))) {
                InstanceForm.tags(found)
                        .filter(tags -> tags.installation().equals(installation))
                        .ifPresent(tags -> {
                            String ref = InstanceForm.ref(found).toString();
                            listed.add(ref);
                            announcements().alive(ref, installation);
                            if (InstanceForm.isSpot(found) && standing(found) == Status.STOPPING) {
                                leaving.add(ref);
                            }
                            instances.add(new ProviderInstance(ref, tags, standing(found)));
                        });
            }
            announce(leaving, announcements().missing(installation, listed));
            return List.copyOf(instances);
        });
    }

    /**
     * A spot instance that stops may have been preempted, which an operation then says. One that is not listed any more is
     * asked for by its name, for a list may have gaps.
     */
    private void announce(Set<String> leaving, List<String> missing) throws IOException {
        if (settings.cloud().spot()) {
            Set<String> maybe = new HashSet<>(leaving);
            maybe.addAll(missing);
            gce.preempted(maybe).forEach(announcements()::interrupted);
        }
        for (String ref : missing) {
            if (gce.get(Ref.parse(ref).orElseThrow()).isEmpty()) {
                announcements().ended(ref);
            }
        }
    }

    @Override
    protected void letGo() {
        operations.close();
        gce.close();
    }

    /** Compute Engine calls what is stopped TERMINATED; what has ended is not there. */
    private static Status standing(Instance instance) {
        return switch (instance.getStatus()) {
            case "PENDING", "PROVISIONING", "STAGING", "REPAIRING" -> Status.PENDING;
            case "RUNNING" -> Status.RUNNING;
            case "STOPPING", "PENDING_STOP", "SUSPENDING", "DEPROVISIONING" -> Status.STOPPING;
            case "STOPPED", "TERMINATED" -> Status.STOPPED;
            case "SUSPENDED" -> Status.SUSPENDED;
            default -> Status.UNRECOGNIZED;
        };
    }

    private static Optional<ProviderOutcome> accepted(Ref ref) {
        return Optional.of(new ProviderOutcome.Accepted(ref.toString()));
    }

    private Optional<ProviderOutcome> done(String what, Ref ref, Instance instance, Operation begun) {
        Optional<Errors> failure = GcpErrors.failure(operations.await(what, ref.zone(), begun));
        return failure.isEmpty()
                ? accepted(ref)
                : Optional.of(
                        errors.outcome(what, ref.zone(), InstanceForm.last(instance.getMachineType()), failure.get()));
    }

    /** What is done to an instance that is there; nothing comes of it while the instance is on its way elsewhere. */
    @FunctionalInterface
    private interface Deed {
        Optional<ProviderOutcome> to(Ref ref, Instance instance) throws IOException;
    }

    private ProviderOutcome onInstance(String operation, String text, Deed deed) {
        Optional<Ref> ref = Ref.parse(text);
        if (ref.isEmpty()) {
            return new ProviderOutcome.NotFound();
        }
        return untilSettled(
                operation, text, settings.cloud().transitionDeadline(), () -> attempt(operation, ref.get(), deed));
    }

    private Optional<ProviderOutcome> attempt(String operation, Ref ref, Deed deed) throws IOException {
        Optional<Instance> instance = gce.get(ref);
        if (instance.isEmpty()) {
            return Optional.of(new ProviderOutcome.NotFound());
        }
        try {
            return deed.to(ref, instance.get());
        } catch (NotFoundException gone) {
            return Optional.of(new ProviderOutcome.NotFound());
        } catch (ApiException refused) {
            return GcpErrors.isBusy(refused)
                    ? Optional.empty()
                    : Optional.of(errors.outcome(
                            operation,
                            ref.zone(),
                            InstanceForm.last(instance.get().getMachineType()),
                            refused));
        }
    }

    @Override
    protected RuntimeException failed(String operation, Exception failure) {
        return switch (failure) {
            case ApiException refused -> errors.unavailable(operation, refused);
            case IOException noCredentials -> errors.unreached(operation, noCredentials);
            case UncheckedIOException noCredentials -> errors.unreached(operation, noCredentials);
            // The client refuses calls once it is closed; a call that came in between is the next control plane's.
            case RejectedExecutionException late -> errors.unreached(operation, late);
            case RuntimeException bug -> bug;
            default -> new IllegalStateException(failure);
        };
    }
}
