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
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Instances are Compute Engine instances; {@code zone/name} names them. Compute Engine is the truth, nothing is kept here. */
final class GcpProvider implements ComputeProvider {

    /** How this provider paces itself; other values are for tests. */
    record Pace(Duration firstStep, Duration longestStep, int pageSize) {
        static final Pace NORMAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(4), 500);
    }

    /** A machine that is on its way cannot be sent elsewhere: how long until it may be asked again. */
    private static final Duration NOT_YET = Duration.ofSeconds(2);

    /** Between looks at a machine that somebody else has sent somewhere. */
    private static final Duration STEP = Duration.ofMillis(250);

    private final GcpSettings settings;
    private final Gce gce;
    private final GcpErrors errors;
    private final Catalogue catalogue;
    private final Operations operations;
    private final Launcher launcher;
    private final Set<Capability> capabilities;
    private final Duration step;
    private final ProviderId id;
    private final AtomicBoolean closed = new AtomicBoolean();

    private GcpProvider(ProviderId id, GcpSettings settings, Gce gce, Pace pace) {
        this.id = id;
        this.settings = settings;
        this.gce = gce;
        this.errors = new GcpErrors(id, settings);
        this.catalogue = new Catalogue(id, settings, gce);
        this.operations =
                new Operations(gce, errors, settings.transitionDeadline(), pace.firstStep(), pace.longestStep());
        this.launcher = new Launcher(settings, gce, errors, operations);
        this.capabilities = capabilities(settings, catalogue.hasGpus());
        this.step = pace.firstStep().compareTo(STEP) < 0 ? pace.firstStep() : STEP;
    }

    static GcpProvider open(ProviderId id, GcpSettings settings) {
        return open(id, settings, Pace.NORMAL);
    }

    static GcpProvider open(ProviderId id, GcpSettings settings, Pace pace) {
        return new GcpProvider(id, settings, new Gce(settings, pace.pageSize()), pace);
    }

    private static Set<Capability> capabilities(GcpSettings settings, boolean gpus) {
        EnumSet<Capability> capabilities = EnumSet.of(Capability.STOP, Capability.SUSPEND);
        if (settings.spot()) {
            capabilities.add(Capability.SPOT);
        }
        if (gpus) {
            capabilities.add(Capability.GPU);
        }
        return Set.copyOf(capabilities);
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<Offering> offerings() {
        String operation = "list machine types";
        List<Offering> offerings = calling(operation, catalogue::offerings);
        if (offerings.isEmpty()) {
            throw errors.nothing(operation);
        }
        return offerings;
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Optional<Target> target = calling("list machine types", () -> catalogue.find(request.offering()));
        if (target.isEmpty()) {
            return new ProviderOutcome.Invalid(
                    "provider %s does not offer %s (any more); see its settings machine-types, groups, zones and spot"
                            .formatted(id, request.offering().id()));
        }
        return calling("insert instances", () -> launcher.launch(request, target.get()));
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
        return onInstance(
                "delete instances",
                ref,
                (named, instance) -> done(
                        "delete instances", named, instance, gce.delete(named, id("delete", named, instance, token))));
    }

    /** The same for a repeated call; another one when the machine has been started in between. */
    private static String id(String verb, Ref ref, Instance instance, IntentToken token) {
        return InstanceForm.requestId(verb, ref.toString(), token.value(), instance.getLastStartTimestamp());
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return calling("list instances", () -> {
            List<ProviderInstance> instances = new ArrayList<>();
            for (Instance found : gce.list(InstanceForm.installationFilter(installation))) {
                InstanceForm.tags(found)
                        .filter(tags -> tags.installation().equals(installation))
                        .ifPresent(tags -> instances.add(
                                new ProviderInstance(InstanceForm.ref(found).toString(), tags, standing(found))));
            }
            return List.copyOf(instances);
        });
    }

    /** Without {@link Capability#EVENTS} there is nothing to tell; the agent notices a preemption from inside. */
    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return () -> {};
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            operations.close();
            gce.close();
        }
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
        long until = System.nanoTime() + settings.transitionDeadline().toNanos();
        while (System.nanoTime() < until) {
            Optional<ProviderOutcome> outcome = calling(operation, () -> attempt(operation, ref.get(), deed));
            if (outcome.isPresent()) {
                return outcome.get();
            }
            try {
                Thread.sleep(step);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw errors.brokenOff(operation, e);
            }
        }
        throw errors.late(operation, new IllegalStateException("instance " + text + " has not come to rest"));
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

    @FunctionalInterface
    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T calling(String operation, Call<T> call) {
        try {
            return call.make();
        } catch (ApiException failure) {
            throw errors.unavailable(operation, failure);
        } catch (IOException noCredentials) {
            throw errors.unreached(operation, noCredentials);
        } catch (UncheckedIOException noCredentials) {
            throw errors.unreached(operation, noCredentials);
        } catch (RejectedExecutionException late) {
            // The client refuses calls once it is closed; a call that came in between is the next control plane's.
            throw errors.unreached(operation, late);
        }
    }
}
