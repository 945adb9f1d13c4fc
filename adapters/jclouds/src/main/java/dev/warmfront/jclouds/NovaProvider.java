package dev.warmfront.jclouds;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.jclouds.NovaSettings.Flavored;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import dev.warmfront.spi.ProviderUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jclouds.openstack.nova.v2_0.domain.Flavor;
import org.jclouds.openstack.nova.v2_0.domain.Server;

/** Instances are Nova servers, named by their ids. Nova is the truth, nothing is kept here. */
final class NovaProvider extends CloudProvider {

    static final Pace NORMAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(4), 500);

    /** What is offered, with Nova's id of the flavor. */
    private record Target(Offering offering, String flavor) {}

    /** A server that is on its way cannot be sent elsewhere: how long until it may be asked again. */
    private static final Duration NOT_YET = Duration.ofSeconds(2);

    private static final Pattern REF = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final String LIST_FLAVORS = "list flavors";

    private final ProviderId id;
    private final NovaSettings settings;
    private final Nova nova;
    private final NovaErrors errors;
    private final Settling settling;
    private final Launcher launcher;
    private volatile Map<OfferingId, Target> targets = Map.of();

    private NovaProvider(ProviderId id, NovaSettings settings, NovaErrors errors, Pace pace) {
        super(id, capabilities(settings), errors, pace);
        this.id = id;
        this.settings = settings;
        this.nova = new Nova(settings, pace.pageSize());
        this.errors = errors;
        this.settling = new Settling(nova, errors, pace.firstStep(), pace.longestStep());
        this.launcher = new Launcher(settings, nova, errors, settling);
    }

    private static Set<Capability> capabilities(NovaSettings settings) {
        EnumSet<Capability> able = EnumSet.of(Capability.STOP);
        if (settings.suspend()) {
            able.add(Capability.SUSPEND);
        }
        if (settings.flavors().values().stream()
                .anyMatch(flavor -> !flavor.gpuMillis().isEmpty())) {
            able.add(Capability.GPU);
        }
        return able;
    }

    static NovaProvider open(ProviderId id, NovaSettings settings) {
        return open(id, settings, NORMAL);
    }

    static NovaProvider open(ProviderId id, NovaSettings settings, Pace pace) {
        return new NovaProvider(id, settings, new NovaErrors(id, settings), pace);
    }

    @Override
    public List<Offering> offerings() {
        return calling(LIST_FLAVORS, this::targets).values().stream()
                .map(Target::offering)
                .toList();
    }

    /** Asks for the flavors' shapes, once. */
    private synchronized Map<OfferingId, Target> targets() {
        if (targets.isEmpty()) {
            Map<String, Flavor> flavors = nova.flavors();
            Map<OfferingId, Target> made = new LinkedHashMap<>();
            for (String zone : settings.zones()) {
                settings.flavors().forEach((name, flavored) -> {
                    Flavor flavor = flavors.get(name);
                    if (flavor == null) {
                        throw errors.noFlavor(LIST_FLAVORS, name);
                    }
                    Offering offering = offering(zone, name, flavor, flavored);
                    made.put(offering.id(), new Target(offering, flavor.getId()));
                });
            }
            targets = Collections.unmodifiableMap(made);
        }
        return targets;
    }

    private Offering offering(String zone, String name, Flavor flavor, Flavored flavored) {
        EnumMap<StandbyMode, HourlyRate> standby = new EnumMap<>(StandbyMode.class);
        standby.put(StandbyMode.STOPPED, flavored.at(settings.stoppedFraction()));
        // A device that is handed through has a state that Nova cannot save.
        if (settings.suspend() && flavored.gpuMillis().isEmpty()) {
            standby.put(StandbyMode.SUSPENDED, flavored.at(settings.suspendedFraction()));
        }
        Resources shape = new Resources(flavor.getVcpus() * 1000L, (long) flavor.getRam() << 20, flavored.gpuMillis());
        return Offering.hotOnly(
                        new Placement(id, settings.region(), zone),
                        new MachineType(name, shape),
                        PurchaseModel.ON_DEMAND,
                        flavored.hourly())
                .withStandby(standby);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Offering wanted = request.offering();
        Target target = calling(LIST_FLAVORS, this::targets).get(wanted.id());
        if (target == null || !target.offering().machineType().equals(wanted.machineType())) {
            return notOffered(wanted, "machine-types and zones");
        }
        return calling("create servers", () -> launcher.launch(request, target.flavor()));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return onServer("start servers", ref, server -> switch (ServerForm.status(server)) {
            case PENDING, RUNNING -> accepted(server);
            case STOPPED -> {
                nova.start(server.getId());
                yield accepted(server);
            }
            case SUSPENDED -> {
                nova.resume(server.getId());
                yield accepted(server);
            }
            case STOPPING -> Optional.empty();
            case TERMINATED -> Optional.of(new ProviderOutcome.NotFound());
            case HIBERNATED, UNRECOGNIZED -> Optional.of(new ProviderOutcome.Throttled(NOT_YET));
        });
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        if (!capabilities().contains(Capability.of(mode))) {
            return new ProviderOutcome.Unsupported(Capability.of(mode).name());
        }
        Status wanted = mode == StandbyMode.STOPPED ? Status.STOPPED : Status.SUSPENDED;
        String operation = mode == StandbyMode.STOPPED ? "stop servers" : "suspend servers";
        return onServer(operation, ref, server -> {
            Status now = ServerForm.status(server);
            if (now == wanted) {
                return accepted(server);
            }
            return switch (now) {
                case RUNNING -> {
                    if (wanted == Status.STOPPED) {
                        nova.stop(server.getId());
                    } else {
                        nova.suspend(server.getId());
                    }
                    settling.await(operation, server.getId(), NovaProvider::isAtRest);
                    // Nova goes back where it came from when it cannot: the next look says which.
                    yield Optional.empty();
                }
                case STOPPED, SUSPENDED ->
                    Optional.of(new ProviderOutcome.Invalid("instance %s is %s; start it first".formatted(ref, now)));
                case STOPPING -> Optional.empty();
                case TERMINATED -> Optional.of(new ProviderOutcome.NotFound());
                case PENDING, HIBERNATED, UNRECOGNIZED -> Optional.of(new ProviderOutcome.Throttled(NOT_YET));
            };
        });
    }

    private static boolean isAtRest(List<Server> servers) {
        return servers.stream().map(ServerForm::status).noneMatch(Status.STOPPING::equals);
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        String operation = "delete servers";
        return onServer(operation, ref, server -> {
            nova.delete(server.getId());
            settling.await(operation, server.getId(), List::isEmpty);
            return accepted(server);
        });
    }

    /** Servers that have failed are not left behind: they are deleted, and not listed. */
    @Override
    public List<ProviderInstance> describe(String installation) {
        return calling("list servers", () -> {
            List<ProviderInstance> instances = new ArrayList<>();
            for (Server found : nova.list(ServerForm.PREFIX)) {
                ServerForm.tags(found)
                        .filter(tags -> tags.installation().equals(installation))
                        .ifPresent(tags -> {
                            if (ServerForm.hasFailed(found)) {
                                nova.delete(found.getId());
                            } else if (!ServerForm.isGoing(found)) {
                                instances.add(new ProviderInstance(found.getId(), tags, ServerForm.status(found)));
                            }
                        });
            }
            return List.copyOf(instances);
        });
    }

    @Override
    protected void letGo() {
        settling.close();
        nova.close();
    }

    private static Optional<ProviderOutcome> accepted(Server server) {
        return Optional.of(new ProviderOutcome.Accepted(server.getId()));
    }

    /** What is done to a server that is there; nothing comes of it while it is to be looked at again. */
    @FunctionalInterface
    private interface Deed {
        Optional<ProviderOutcome> to(Server server);
    }

    private ProviderOutcome onServer(String operation, String ref, Deed deed) {
        if (!REF.matcher(ref).matches()) {
            return new ProviderOutcome.NotFound();
        }
        return untilSettled(operation, ref, settings.transitionDeadline(), () -> attempt(operation, ref, deed));
    }

    private Optional<ProviderOutcome> attempt(String operation, String ref, Deed deed) {
        Optional<Server> server = nova.get(ref);
        if (server.isEmpty()) {
            return Optional.of(new ProviderOutcome.NotFound());
        }
        try {
            return deed.to(server.get());
        } catch (ProviderUnavailableException known) {
            throw known;
        } catch (UnsupportedOperationException cannot) {
            return Optional.of(new ProviderOutcome.Invalid(String.valueOf(cannot.getMessage())));
        } catch (RuntimeException refused) {
            if (NovaErrors.status(refused) == 404) {
                return Optional.of(new ProviderOutcome.NotFound());
            }
            return NovaErrors.isBusy(refused) ? Optional.empty() : Optional.of(errors.outcome(operation, refused));
        }
    }

    /** jclouds throws what it likes: every failure that is not ours is taken for one of the call. */
    @Override
    protected RuntimeException failed(String operation, Exception failure) {
        return failure instanceof RuntimeException any
                ? errors.unavailable(operation, any)
                : new IllegalStateException(failure);
    }
}
