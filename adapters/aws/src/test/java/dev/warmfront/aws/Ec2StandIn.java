package dev.warmfront.aws;

import dev.warmfront.cost.ListedPrice;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.spi.Machinery;
import dev.warmfront.spi.StandInServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A wire-level stand-in for EC2: HTTP, the Query protocol, XML; see {@link Ec2World} for what it is true to and what not.
 * Operators may run {@link #main} to try the adapter's settings without an account: it proves that the control plane and
 * the adapter work together, and nothing about an AWS account, its limits, images, networks or roles.
 */
public final class Ec2StandIn extends StandInServer {

    private static final int DEFAULT_PAGE = 1_000;

    final Ec2World world;
    /**
     * @param port 0 for any
     */
    Ec2StandIn(Ec2World world, int port) throws IOException {
        super(port);
        this.world = world;
        serve();
    }

    /** Runs until it is killed; the argument is the port, 4566 if missing. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = arguments.length == 0 ? 4566 : Integer.parseInt(arguments[0]);
        Ec2World.Pace pace = new Ec2World.Pace(
                Duration.ofSeconds(5), Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1));
        try (Ec2StandIn standIn = new Ec2StandIn(new Ec2World(pace, Machinery.NONE), port)) {
            System.out.printf(
                    "EC2 stand-in at %s: region %s, zones %s, image %s; its machines run nothing%n",
                    standIn.endpoint(), Ec2World.REGION, Ec2World.ZONES, Ec2World.IMAGE);
            standIn.awaitClose();
        }
    }

    /** A stand-in at some port, whose machines come and go within a second. */
    public static Ec2StandIn open(Machinery machinery) throws IOException {
        return new Ec2StandIn(new Ec2World(Ec2World.Pace.QUICK, machinery), 0);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "region",
                Ec2World.REGION,
                "zones",
                String.join(",", Ec2World.ZONES),
                "image",
                Ec2World.IMAGE,
                "endpoint",
                endpoint().toString());
    }

    /** The zones that it has. */
    public static List<String> zones() {
        return Ec2World.ZONES;
    }

    /** How many machines of a type a zone has room for, from now on. */
    public void capacity(String zone, String type, int most) {
        world.capacity(zone, type, most);
    }

    /** Machines that have not ended, by their type. */
    public List<String> livingTypes() {
        return world.living().stream().map(machine -> machine.type).toList();
    }

    /** Spot instances that have not ended. */
    public List<String> livingSpot() {
        return world.living().stream()
                .filter(machine -> machine.spot)
                .map(machine -> machine.id)
                .toList();
    }

    /** EC2 takes a spot instance back after the notice, which is two minutes at EC2. */
    public void interrupt(String id, Duration notice) {
        world.interrupt(id, notice);
    }

    /** What was asked so far, of one action. */
    List<Ec2Query> requests(String action) {
        return received(action).stream()
                .map(request -> Ec2Query.parse(request.body()))
                .toList();
    }

    /** The next calls of the action are refused as too many. */
    public void throttle(String action, int calls) {
        refuse(action, Ec2Error.throttled(), calls);
    }

    /** The caller has no permission for the action any more. */
    void forbid(String action) {
        refuse(action, new Ec2Error(403, "UnauthorizedOperation", "You are not authorized to perform this operation."));
    }

    /** The caller's key is not known any more. */
    void refuseCredentials() {
        refuseEverything(
                new Ec2Error(401, "AuthFailure", "AWS was not able to validate the provided access credentials"));
    }

    @Override
    protected String verb(Request request) {
        return Ec2Query.parse(request.body()).text("Action");
    }

    @Override
    protected Answer act(String action, Request request) {
        return Answer.xml(200, act(action, Ec2Query.parse(request.body())));
    }

    private String act(String action, Ec2Query query) {
        return switch (action) {
            case "RunInstances" ->
                Ec2Xml.response(
                        action,
                        Ec2Xml.element("reservationId", "r-stand-in"),
                        Ec2Xml.set("instancesSet", world.run(query), one -> Ec2Xml.machine(one, Instant.now())));
            case "CreateFleet" -> Ec2Xml.response(action, Ec2Xml.fleet(world.fleet(query)));
            case "CreateLaunchTemplate" -> {
                world.template(query.text("LaunchTemplateName"), query.under("LaunchTemplateData"));
                yield Ec2Xml.response(action, "<launchTemplate/>");
            }
            case "DeleteLaunchTemplate" -> {
                world.dropTemplate(query.text("LaunchTemplateName"));
                yield Ec2Xml.response(action, "<launchTemplate/>");
            }
            case "StartInstances" -> changed(action, query, world::start);
            case "StopInstances" ->
                changed(
                        action,
                        query,
                        id -> world.stop(id, query.text("Hibernate").equals("true")));
            case "TerminateInstances" -> changed(action, query, world::terminate);
            case "DescribeInstances" -> instances(query);
            case "DescribeInstanceTypes" ->
                Ec2Xml.response(action, Ec2Xml.set("instanceTypeSet", types(query.list("InstanceType")), Ec2Xml::type));
            case "DescribeInstanceTypeOfferings" -> typeOfferings(query);
            case "DescribeSpotPriceHistory" -> spotPrices(query);
            default ->
                throw Ec2Error.client("InvalidAction", "The action " + action + " is not valid for this web service.");
        };
    }

    private interface Transition {
        Ec2World.Change of(String id);
    }

    private static String changed(String action, Ec2Query query, Transition transition) {
        List<Ec2World.Change> changes =
                query.list("InstanceId").stream().map(transition::of).toList();
        return Ec2Xml.response(action, Ec2Xml.set("instancesSet", changes, Ec2Xml::change));
    }

    private String instances(Ec2Query query) {
        Instant shown = world.shownAt();
        List<Ec2Machine> found = world.shown().stream()
                .filter(machine -> query.structures("Filter").stream().allMatch(filter -> matches(machine, filter)))
                .toList();
        int from = query.number("NextToken", 0);
        int to = Math.min(found.size(), from + query.number("MaxResults", DEFAULT_PAGE));
        return Ec2Xml.response(
                "DescribeInstances",
                Ec2Xml.set("reservationSet", found.subList(from, to), one -> Ec2Xml.reservation(one, shown)),
                to < found.size() ? Ec2Xml.element("nextToken", to) : "");
    }

    private static boolean matches(Ec2Machine machine, Ec2Query filter) {
        String name = filter.text("Name");
        String value = name.startsWith("tag:")
                ? machine.tags.getOrDefault(name.substring("tag:".length()), "")
                : name.equals("instance-id") ? machine.id : "";
        return filter.list("Value").contains(value);
    }

    private static List<ListedPrice> types(List<String> names) {
        return names.stream()
                .map(name -> Ec2World.type(name)
                        .orElseThrow(() -> Ec2Error.client(
                                "InvalidInstanceType",
                                "The following supplied instance types do not exist: [" + name + "]")))
                .toList();
    }

    private String typeOfferings(Ec2Query query) {
        List<String> pairs = new ArrayList<>();
        for (String type : query.structures("Filter").getFirst().list("Value")) {
            for (String zone : Ec2World.ZONES) {
                if (Ec2World.type(type).isPresent() && world.has(zone, type)) {
                    pairs.add(Ec2Xml.element("instanceType", type)
                            + Ec2Xml.element("locationType", "availability-zone")
                            + Ec2Xml.element("location", zone));
                }
            }
        }
        return Ec2Xml.response(
                "DescribeInstanceTypeOfferings", Ec2Xml.set("instanceTypeOfferingSet", pairs, pair -> pair));
    }

    /** The price book's mean in the first zone, a tenth more in the second. */
    private String spotPrices(Ec2Query query) {
        List<String> prices = new ArrayList<>();
        for (ListedPrice type : types(query.list("InstanceType"))) {
            type.rate(PurchaseModel.SPOT).ifPresent(mean -> {
                for (int zone = 0; zone < Ec2World.ZONES.size(); zone++) {
                    BigDecimal price = mean.toDollars()
                            .multiply(BigDecimal.valueOf(10L + zone, 1))
                            .setScale(6, RoundingMode.HALF_EVEN);
                    prices.add(Ec2Xml.element("instanceType", type.machineType())
                            + Ec2Xml.element("productDescription", "Linux/UNIX")
                            + Ec2Xml.element("spotPrice", price)
                            + Ec2Xml.element("timestamp", Instant.EPOCH)
                            + Ec2Xml.element("availabilityZone", Ec2World.ZONES.get(zone)));
                }
            });
        }
        return Ec2Xml.response("DescribeSpotPriceHistory", Ec2Xml.set("spotPriceHistorySet", prices, price -> price));
    }
}
