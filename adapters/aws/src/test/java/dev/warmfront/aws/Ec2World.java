package dev.warmfront.aws;

import dev.warmfront.aws.Ec2Machine.State;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.cost.PriceBook;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.Machinery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An EC2 account in one region, as far as the adapter can see it. Like the real one, and unlike the emulators that were tried:
 * client tokens are honoured, for other parameters and after an end too; transitions take time; answers lag behind; wrong
 * states, quotas and stock-outs are refused with EC2's codes. Not like the real one: no networks, volumes, roles or
 * signatures are checked, and what it answers is what its author knew. It proves the adapter's wiring, not EC2's behaviour.
 */
final class Ec2World {

    /** The one region, two zones and image that there are. */
    static final String REGION = "us-east-1";

    static final List<String> ZONES = List.of("us-east-1a", "us-east-1b");
    static final String IMAGE = "ami-0123456789abcdef0";

    /** How long things take. */
    record Pace(Duration boot, Duration stop, Duration end, Duration lag) {
        static final Pace QUICK =
                new Pace(Duration.ofMillis(40), Duration.ofMillis(40), Duration.ofMillis(30), Duration.ofMillis(60));
    }

    /** What a client token has led to. */
    private record Done(String fingerprint, List<String> ids) {}

    private static final ProviderId AWS = new ProviderId("aws");
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final Pace pace;
    private final Machinery machinery;
    private final InstantSource clock = InstantSource.system();
    private final Map<String, Ec2Machine> machines = new LinkedHashMap<>();
    private final Map<String, Done> tokens = new HashMap<>();
    private final Map<String, Ec2Query> templates = new HashMap<>();
    private final Map<String, Integer> capacity = new HashMap<>();
    private final Set<String> missingTypes = new HashSet<>();
    private int vcpuQuota = UNLIMITED;
    private int made;

    Ec2World(Pace pace, Machinery machinery) {
        this.pace = pace;
        this.machinery = machinery;
    }

    /** How many machines of a type a zone has room for, from now on. */
    synchronized void capacity(String zone, String type, int most) {
        capacity.put(zone + "/" + type, most);
    }

    /** The account's limit of virtual CPUs, from now on. */
    synchronized void vcpuQuota(int most) {
        vcpuQuota = most;
    }

    /** From now on the zone does not have the type at all. */
    synchronized void withdraw(String zone, String type) {
        missingTypes.add(zone + "/" + type);
    }

    /** The machine ends by itself. */
    synchronized void crash(String id) {
        find(id).become(State.TERMINATED, "Server.InternalError", clock.instant());
        machinery.down(id);
    }

    /**
     * EC2 wants the capacity of a spot instance back: it says so to the machine, waits, and ends it.
     *
     * @param notice two minutes at EC2
     */
    synchronized void interrupt(String id, Duration notice) {
        if (!find(id).spot) {
            throw new IllegalArgumentException(id + " is not a spot instance");
        }
        machinery.noticed(id, notice);
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(notice);
                takeBack(id);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized void takeBack(String id) {
        Ec2Machine machine = find(id);
        Instant now = clock.instant();
        if (machine.state(now) == State.RUNNING) {
            machine.become(State.SHUTTING_DOWN, State.TERMINATED, "Server.SpotInstanceTermination", now, pace.end());
            machinery.down(id);
        }
    }

    /** Every machine that has not ended. */
    synchronized List<Ec2Machine> living() {
        Instant now = clock.instant();
        return machines.values().stream()
                .filter(machine -> machine.state(now) != State.TERMINATED && machine.state(now) != State.SHUTTING_DOWN)
                .toList();
    }

    synchronized int templates() {
        return templates.size();
    }

    synchronized List<Ec2Machine> run(Ec2Query request) {
        return once(request, () -> List.of(launch(request, zoneOf(request))));
    }

    /** An instant fleet: the first of its overrides that can be had. */
    synchronized Fleet fleet(Ec2Query request) {
        Ec2Query configuration = request.structures("LaunchTemplateConfigs").getFirst();
        String name = configuration.text("LaunchTemplateSpecification.LaunchTemplateName");
        Ec2Query template = templates.get(name);
        if (template == null) {
            throw Ec2Error.client(
                    "InvalidLaunchTemplateName.NotFoundException", "The specified launch template does not exist.");
        }
        List<Refused> refused = new ArrayList<>();
        List<Ec2Query> overrides = new ArrayList<>(configuration.structures("Overrides"));
        overrides.sort(Comparator.comparingDouble(override -> Double.parseDouble(override.text("Priority"))));
        boolean spot = request.text("TargetCapacitySpecification.DefaultTargetCapacityType")
                .equals("spot");
        List<Ec2Machine> launched = once(request, () -> {
            for (Ec2Query override : overrides) {
                TreeMap<String, String> merged = new TreeMap<>(template.parameters());
                merged.putAll(override.parameters());
                if (spot) {
                    merged.put("InstanceMarketOptions.MarketType", "spot");
                }
                Ec2Query one = new Ec2Query(merged);
                try {
                    return List.of(launch(one, override.text("AvailabilityZone")));
                } catch (Ec2Error no) {
                    refused.add(new Refused(override, no));
                }
            }
            return List.of();
        });
        return new Fleet(launched, refused);
    }

    /** What became of a fleet's overrides. */
    record Fleet(List<Ec2Machine> launched, List<Refused> refused) {}

    /** An override that could not be had. */
    record Refused(Ec2Query override, Ec2Error error) {}

    synchronized void template(String name, Ec2Query data) {
        if (templates.putIfAbsent(name, data) != null) {
            throw Ec2Error.client(
                    "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
        }
    }

    synchronized void dropTemplate(String name) {
        if (templates.remove(name) == null) {
            throw Ec2Error.client(
                    "InvalidLaunchTemplateName.NotFoundException", "The specified launch template does not exist.");
        }
    }

    private interface Launches {
        List<Ec2Machine> make();
    }

    private List<Ec2Machine> once(Ec2Query request, Launches launches) {
        String token = request.text("ClientToken");
        Done done = token.isEmpty() ? null : tokens.get(token);
        if (done == null) {
            List<Ec2Machine> launched = launches.make();
            if (!token.isEmpty() && !launched.isEmpty()) {
                tokens.put(
                        token,
                        new Done(
                                request.fingerprint(),
                                launched.stream().map(machine -> machine.id).toList()));
            }
            return launched;
        }
        if (!done.fingerprint().equals(request.fingerprint())) {
            throw Ec2Error.client(
                    "IdempotentParameterMismatch",
                    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
        }
        List<Ec2Machine> before = done.ids().stream().map(this::find).toList();
        if (before.stream().anyMatch(machine -> machine.state(clock.instant()) == State.TERMINATED)) {
            throw Ec2Error.client(
                    "IdempotentInstanceTerminated",
                    "The request uses the same client token as a previous request for which the instance has been terminated.");
        }
        return before;
    }

    private static String zoneOf(Ec2Query request) {
        return request.find("Placement.AvailabilityZone").orElse(ZONES.getFirst());
    }

    private Ec2Machine launch(Ec2Query request, String zone) {
        String type = request.text("InstanceType");
        if (!request.text("ImageId").equals(IMAGE)) {
            throw Ec2Error.client(
                    "InvalidAMIID.NotFound", "The image id '[" + request.text("ImageId") + "]' does not exist");
        }
        if (!ZONES.contains(zone)) {
            throw Ec2Error.client("InvalidParameterValue", "Invalid availability zone: [" + zone + "]");
        }
        ListedPrice listed = type(type)
                .orElseThrow(() ->
                        Ec2Error.client("InvalidParameterValue", "Invalid value '" + type + "' for InstanceType."));
        if (missingTypes.contains(zone + "/" + type)) {
            throw Ec2Error.client(
                    "Unsupported",
                    "Your requested instance type (" + type
                            + ") is not supported in your requested Availability Zone.");
        }
        boolean encrypted = request.text("BlockDeviceMapping.1.Ebs.Encrypted").equals("true");
        if (request.text("HibernationOptions.Configured").equals("true") && !encrypted) {
            throw Ec2Error.client("UnsupportedHibernationConfiguration", "The root volume is not encrypted.");
        }
        if (vcpus(listed) > vcpuQuota - vcpusInUse()) {
            throw Ec2Error.client(
                    "VcpuLimitExceeded",
                    "You have requested more vCPU capacity than your current vCPU limit of " + vcpuQuota
                            + " allows for the instance bucket that the specified instance type belongs to.");
        }
        if (isFull(zone, type)) {
            throw Ec2Error.noCapacity(type, zone);
        }
        Ec2Machine machine = new Ec2Machine(
                "i-%017x".formatted(++made), type, zone, request, request.tags("instance"), clock.instant());
        machine.become(State.PENDING, State.RUNNING, "", clock.instant(), pace.boot());
        machines.put(machine.id, machine);
        machinery.up(machine.id, machine.script());
        return machine;
    }

    private boolean isFull(String zone, String type) {
        Instant now = clock.instant();
        long used = living().stream()
                .filter(machine -> machine.zone.equals(zone) && machine.type.equals(type))
                .filter(machine -> machine.state(now) != State.STOPPED)
                .count();
        return used >= capacity.getOrDefault(zone + "/" + type, UNLIMITED);
    }

    private int vcpusInUse() {
        return living().stream()
                .mapToInt(machine -> vcpus(type(machine.type).orElseThrow()))
                .sum();
    }

    private static int vcpus(ListedPrice listed) {
        return Math.toIntExact(listed.capacity().cpuMillis() / 1000);
    }

    /** A type as the price book knows it; the stand-in has all of them. */
    static Optional<ListedPrice> type(String name) {
        return PriceBook.bundled().find(AWS, REGION, name);
    }

    boolean has(String zone, String type) {
        synchronized (this) {
            return !missingTypes.contains(zone + "/" + type);
        }
    }

    /** A machine for a call on it; a young one is not known everywhere yet. */
    synchronized Ec2Machine visible(String id) {
        Ec2Machine machine = machines.get(id);
        if (machine == null || !machine.isVisible(clock.instant().minus(pace.lag()))) {
            throw Ec2Error.unknownInstance(id);
        }
        return machine;
    }

    private Ec2Machine find(String id) {
        Ec2Machine machine = machines.get(id);
        if (machine == null) {
            throw Ec2Error.unknownInstance(id);
        }
        return machine;
    }

    /** What an answer shows now: the account as it was a moment ago. */
    synchronized Collection<Ec2Machine> shown() {
        Instant then = shownAt();
        return machines.values().stream()
                .filter(machine -> machine.isVisible(then))
                .toList();
    }

    Instant shownAt() {
        return clock.instant().minus(pace.lag());
    }

    synchronized Change start(String id) {
        Ec2Machine machine = visible(id);
        Instant now = clock.instant();
        State before = machine.state(now);
        switch (before) {
            case PENDING, RUNNING -> {}
            case STOPPED -> {
                if (isFull(machine.zone, machine.type)) {
                    throw Ec2Error.noCapacity(machine.type, machine.zone);
                }
                machine.become(State.PENDING, State.RUNNING, "", now, pace.boot());
                machinery.up(id, machine.script());
            }
            case STOPPING, SHUTTING_DOWN, TERMINATED -> throw wrongState(machine, "started");
        }
        return new Change(machine, before, machine.state(now));
    }

    synchronized Change stop(String id, boolean hibernate) {
        Ec2Machine machine = visible(id);
        Instant now = clock.instant();
        State before = machine.state(now);
        if (machine.spot) {
            throw Ec2Error.client(
                    "UnsupportedOperation",
                    "You can't stop the Spot Instance '" + id
                            + "' because it is associated with a one-time Spot Instance request.");
        }
        if (hibernate && !machine.canHibernate) {
            throw Ec2Error.client(
                    "UnsupportedHibernationConfiguration", "Hibernation is not configured for " + id + ".");
        }
        switch (before) {
            case STOPPED, STOPPING -> {}
            case RUNNING -> {
                String reason = hibernate ? "Client.UserInitiatedHibernate" : "Client.UserInitiatedShutdown";
                machine.become(State.STOPPING, State.STOPPED, reason, now, pace.stop());
                machinery.down(id);
            }
            case PENDING, SHUTTING_DOWN, TERMINATED -> throw wrongState(machine, "stopped");
        }
        return new Change(machine, before, machine.state(now));
    }

    synchronized Change terminate(String id) {
        Ec2Machine machine = visible(id);
        Instant now = clock.instant();
        State before = machine.state(now);
        if (before != State.TERMINATED && before != State.SHUTTING_DOWN) {
            machine.become(State.SHUTTING_DOWN, State.TERMINATED, "Client.UserInitiatedShutdown", now, pace.end());
            machinery.down(id);
        }
        return new Change(machine, before, machine.state(now));
    }

    /** A machine's way from one state to another. */
    record Change(Ec2Machine machine, State before, State after) {}

    private static Ec2Error wrongState(Ec2Machine machine, String verb) {
        return Ec2Error.client(
                "IncorrectInstanceState",
                "The instance '%s' is not in a state from which it can be %s.".formatted(machine.id, verb));
    }
}
