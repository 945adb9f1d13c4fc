package dev.warmfront.aws;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.Arrivals;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/**
 * Instances are EC2 instances. EC2 is the truth; what is kept here, the launches of the last minutes, bridges the time until
 * its answers show them.
 */
final class AwsProvider extends CloudProvider {

    static final Pace NORMAL = new Pace(Duration.ofMillis(250), Duration.ofSeconds(3), 1_000);

    /** What must be changed where nothing is offered. */
    private static final String CATALOGUE_SETTINGS = "machine-types, groups, zones and subnets";

    private static final String LIST = "list machine types and prices";

    /** A machine that is not running yet cannot be stopped: how long until it may be asked again. */
    private static final Duration NOT_YET = Duration.ofSeconds(2);

    /** Hibernation is possible some time after the boot only. */
    private static final Duration NOT_READY_TO_HIBERNATE = Duration.ofSeconds(15);

    /** The state reason of an instance that was put into hibernation, which its state does not tell. */
    private static final String HIBERNATED = "Client.UserInitiatedHibernate";

    /** The state reason of a spot instance that EC2 has taken back. */
    private static final String TAKEN_BACK = "Server.SpotInstanceTermination";

    private final Ec2 ec2;
    private final AwsErrors errors;
    private final Catalogue catalogue;
    private final Launcher launcher;
    private final RecentLaunches recent;
    private final Arrivals<Instance> watch;

    private AwsProvider(
            AwsSettings settings, Ec2 ec2, AwsErrors errors, Catalogue catalogue, ProviderId id, Pace pace) {
        super(id, capabilities(settings, catalogue.hasGpus()), errors, pace);
        this.ec2 = ec2;
        this.errors = errors;
        this.catalogue = catalogue;
        this.recent = new RecentLaunches(System::nanoTime);
        this.launcher = new Launcher(settings, ec2, errors, recent);
        this.watch = new Arrivals<>(this::byRef, pace.firstStep(), pace.longestStep());
    }

    static AwsProvider open(ProviderId id, AwsSettings settings) {
        return open(id, settings, NORMAL);
    }

    static AwsProvider open(ProviderId id, AwsSettings settings, Pace pace) {
        Ec2 ec2 = new Ec2(settings, pace.pageSize());
        try {
            Catalogue catalogue = new Catalogue(id, settings, ec2, InstantSource.system());
            return new AwsProvider(settings, ec2, new AwsErrors(id, settings), catalogue, id, pace);
        } catch (IllegalArgumentException unusable) {
            ec2.close();
            throw unusable;
        }
    }

    private static Set<Capability> capabilities(AwsSettings settings, boolean gpus) {
        EnumSet<Capability> capabilities = EnumSet.of(Capability.STOP, Capability.EVENTS);
        if (settings.hibernate()) {
            capabilities.add(Capability.HIBERNATE);
        }
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
        return offerings(LIST, CATALOGUE_SETTINGS, catalogue::offerings);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Optional<Target> target = calling(LIST, () -> catalogue.find(request.offering()));
        return target.isEmpty()
                ? notOffered(request.offering(), "machine-types, groups, zones and spot")
                : calling("launch instances", () -> launcher.launch(request, target.get()));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return onInstance("start instances", ref, () -> start(ref));
    }

    private ProviderOutcome start(String ref) {
        try {
            ec2.start(ref);
            return new ProviderOutcome.Accepted(ref);
        } catch (Ec2Exception refused) {
            if (!AwsErrors.code(refused).equals("IncorrectInstanceState")) {
                return refusal("start instances", ref, refused);
            }
        }
        Optional<Instance> now = find(ref);
        if (now.isEmpty() || isEnding(now.get())) {
            return new ProviderOutcome.NotFound();
        }
        if (state(now.get()) != InstanceStateName.STOPPING) {
            return new ProviderOutcome.Throttled(NOT_YET);
        }
        Optional<Instance> stopped = arrive("start instances", ref, AwsProvider::isStoppedOrEnded);
        if (stopped.isEmpty() || isEnding(stopped.get())) {
            return new ProviderOutcome.NotFound();
        }
        try {
            ec2.start(ref);
            return new ProviderOutcome.Accepted(ref);
        } catch (Ec2Exception refused) {
            return refusal("start instances", ref, refused);
        }
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        if (!capabilities().contains(Capability.of(mode))) {
            return new ProviderOutcome.Unsupported(Capability.of(mode).name());
        }
        return onInstance("stop instances", ref, () -> stop(ref, mode));
    }

    private ProviderOutcome stop(String ref, StandbyMode mode) {
        try {
            ec2.stop(ref, mode == StandbyMode.HIBERNATED);
        } catch (Ec2Exception refused) {
            String code = AwsErrors.code(refused);
            if (code.equals("IncorrectInstanceState")) {
                Optional<Instance> now = find(ref);
                return now.isEmpty() || isEnding(now.get())
                        ? new ProviderOutcome.NotFound()
                        : new ProviderOutcome.Throttled(NOT_YET);
            }
            if (code.equals("UnsupportedOperation")
                    && String.valueOf(refused.getMessage()).contains("not ready to hibernate")) {
                return new ProviderOutcome.Throttled(NOT_READY_TO_HIBERNATE);
            }
            return refusal("stop instances", ref, refused);
        }
        Optional<Instance> there = arrive("stop instances", ref, AwsProvider::isStoppedOrEnded);
        if (there.isEmpty() || isEnding(there.get())) {
            return new ProviderOutcome.NotFound();
        }
        Status wanted = mode == StandbyMode.HIBERNATED ? Status.HIBERNATED : Status.STOPPED;
        return status(there.get()) == wanted
                ? new ProviderOutcome.Accepted(ref)
                : new ProviderOutcome.Invalid("instance %s is %s; start it first".formatted(ref, status(there.get())));
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return onInstance("terminate instances", ref, () -> {
            try {
                ec2.terminate(ref);
            } catch (Ec2Exception refused) {
                return refusal("terminate instances", ref, refused);
            }
            // Until then its system may still shut down, and what runs on it run.
            arrive("terminate instances", ref, instance -> state(instance) == InstanceStateName.TERMINATED);
            recent.forget(ref);
            announcements().forget(ref);
            return new ProviderOutcome.Accepted(ref);
        });
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return calling("describe instances", () -> {
            List<ProviderInstance> instances = new ArrayList<>();
            for (Instance found : ec2.tagged(LaunchRequests.INSTALLATION, installation)) {
                recent.seen(found.instanceId());
                announce(found, installation);
                if (state(found) != InstanceStateName.TERMINATED) {
                    LaunchRequests.tags(found)
                            .ifPresent(tags ->
                                    instances.add(new ProviderInstance(found.instanceId(), tags, status(found))));
                }
            }
            instances.addAll(recent.unseen(installation));
            return List.copyOf(instances);
        });
    }

    /** EC2 lists what has ended for about an hour, and says why. The notice ahead of it is the agent's to hear. */
    private void announce(Instance found, String installation) {
        String ref = found.instanceId();
        if (!isEnding(found)) {
            announcements().alive(ref, installation);
            return;
        }
        if (found.stateReason() != null && TAKEN_BACK.equals(found.stateReason().code())) {
            announcements().interrupted(ref);
        }
        if (state(found) == InstanceStateName.TERMINATED) {
            announcements().ended(ref);
        }
    }

    @Override
    protected void letGo() {
        watch.close();
        ec2.close();
    }

    private static InstanceStateName state(Instance instance) {
        return instance.state().name();
    }

    private static boolean isEnding(Instance instance) {
        return state(instance) == InstanceStateName.TERMINATED || state(instance) == InstanceStateName.SHUTTING_DOWN;
    }

    private static boolean isStoppedOrEnded(Instance instance) {
        return state(instance) == InstanceStateName.STOPPED || state(instance) == InstanceStateName.TERMINATED;
    }

    private static Status status(Instance instance) {
        return switch (state(instance)) {
            case PENDING -> Status.PENDING;
            case RUNNING -> Status.RUNNING;
            case STOPPING, SHUTTING_DOWN -> Status.STOPPING;
            case STOPPED ->
                instance.stateReason() != null
                                && HIBERNATED.equals(instance.stateReason().code())
                        ? Status.HIBERNATED
                        : Status.STOPPED;
            case TERMINATED -> Status.TERMINATED;
            case UNKNOWN_TO_SDK_VERSION -> Status.UNRECOGNIZED;
        };
    }

    private Map<String, Instance> byRef(Collection<String> refs) {
        return ec2.named(refs).stream()
                .collect(Collectors.toMap(Instance::instanceId, instance -> instance, (first, second) -> first));
    }

    private Optional<Instance> find(String ref) {
        return ec2.named(List.of(ref)).stream().findFirst();
    }

    private Optional<Instance> arrive(String operation, String ref, Predicate<Instance> there) {
        return errors.await(operation, watch, ref, there);
    }

    private ProviderOutcome refusal(String operation, String ref, Ec2Exception refused) {
        if (!AwsErrors.isCapacity(AwsErrors.code(refused))) {
            return errors.outcome(operation, "", "", refused);
        }
        Optional<Instance> what = find(ref);
        return errors.outcome(
                operation,
                what.map(instance -> instance.placement().availabilityZone()).orElse("unknown"),
                what.map(Instance::instanceTypeAsString).orElse("unknown"),
                refused);
    }

    /** EC2 may not know a machine yet that it has just launched: then it is asked again, for a while. */
    private ProviderOutcome onInstance(String operation, String ref, Supplier<ProviderOutcome> call) {
        return calling(operation, () -> {
            while (true) {
                ProviderOutcome outcome = call.get();
                if (!(outcome instanceof ProviderOutcome.NotFound) || !recent.isUnseen(ref)) {
                    return outcome;
                }
                try {
                    Thread.sleep(RecentLaunches.STEP);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return outcome;
                }
            }
        });
    }

    @Override
    protected RuntimeException failed(String operation, Exception failure) {
        return switch (failure) {
            case SdkException refused -> errors.unavailable(operation, refused);
            // The client refuses calls once it is closed.
            case IllegalStateException late when isClosed() -> errors.brokenOff(operation, late);
            case RuntimeException bug -> bug;
            default -> new IllegalStateException(failure);
        };
    }
}
