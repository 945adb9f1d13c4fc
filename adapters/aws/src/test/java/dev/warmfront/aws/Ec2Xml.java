package dev.warmfront.aws;

import dev.warmfront.aws.Ec2Machine.State;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.domain.PurchaseModel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** EC2's answers as XML: the elements that the adapter reads, and a few beside them. */
final class Ec2Xml {

    private Ec2Xml() {}

    static String response(String action, String... content) {
        return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><%1$sResponse"
                        + " xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>stand-in</requestId>%2$s</%1$sResponse>")
                .formatted(action, String.join("", content));
    }

    static String error(Ec2Error error) {
        return ("<?xml version=\"1.0\""
                        + " encoding=\"UTF-8\"?><Response><Errors><Error>%s%s</Error></Errors><RequestID>stand-in</RequestID></Response>")
                .formatted(element("Code", error.code), element("Message", String.valueOf(error.getMessage())));
    }

    static String element(String name, Object value) {
        return "<%1$s>%2$s</%1$s>".formatted(name, escape(String.valueOf(value)));
    }

    static <T> String set(String name, Iterable<T> items, Function<T, String> item) {
        StringBuilder set = new StringBuilder("<" + name + ">");
        items.forEach(one -> set.append("<item>").append(item.apply(one)).append("</item>"));
        return set.append("</").append(name).append(">").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String state(String name, State state) {
        return "<%1$s>%2$s%3$s</%1$s>".formatted(name, element("code", state.code), element("name", state.label()));
    }

    static String change(Ec2World.Change change) {
        return element("instanceId", change.machine().id)
                + state("currentState", change.after())
                + state("previousState", change.before());
    }

    static String machine(Ec2Machine machine, Instant at) {
        String reason = machine.reason(at);
        return element("instanceId", machine.id)
                + element("imageId", machine.image)
                + state("instanceState", machine.state(at))
                + (reason.isEmpty()
                        ? ""
                        : "<stateReason>" + element("code", reason) + element("message", reason) + "</stateReason>")
                + element("instanceType", machine.type)
                + (machine.spot ? element("instanceLifecycle", "spot") : "")
                + element("launchTime", machine.launched)
                + "<placement>" + element("availabilityZone", machine.zone) + "</placement>"
                + set("tagSet", machine.tags.entrySet(), Ec2Xml::tag);
    }

    private static String tag(Map.Entry<String, String> tag) {
        return element("key", tag.getKey()) + element("value", tag.getValue());
    }

    static String reservation(Ec2Machine machine, Instant at) {
        return element("reservationId", "r-" + machine.id)
                + set("instancesSet", List.of(machine), one -> machine(one, at));
    }

    static String type(ListedPrice type) {
        boolean bare = type.machineType().contains("metal");
        boolean gpu = !type.capacity().gpuMillis().isEmpty();
        return element("instanceType", type.machineType())
                + set(
                        "supportedUsageClasses",
                        type.rate(PurchaseModel.SPOT).isPresent() ? List.of("on-demand", "spot") : List.of("on-demand"),
                        one -> one)
                + element("bareMetal", bare)
                + element("hibernationSupported", !bare && !gpu)
                + "<vCpuInfo>" + element("defaultVCpus", type.capacity().cpuMillis() / 1000) + "</vCpuInfo>"
                + "<memoryInfo>" + element("sizeInMiB", type.capacity().memoryBytes() >> 20) + "</memoryInfo>";
    }

    static String fleet(Ec2World.Fleet fleet) {
        return element("fleetId", "fleet-stand-in")
                + set(
                        "errorSet",
                        fleet.refused(),
                        refused -> overrides(refused.override())
                                + element("lifecycle", "on-demand")
                                + element("errorCode", refused.error().code)
                                + element(
                                        "errorMessage",
                                        String.valueOf(refused.error().getMessage())))
                + set(
                        "fleetInstanceSet",
                        fleet.launched(),
                        machine -> "<launchTemplateAndOverrides><overrides>"
                                + element("instanceType", machine.type)
                                + element("availabilityZone", machine.zone)
                                + "</overrides></launchTemplateAndOverrides>"
                                + set("instanceIds", List.of(machine.id), id -> id)
                                + element("instanceType", machine.type));
    }

    private static String overrides(Ec2Query override) {
        return "<launchTemplateAndOverrides><overrides>"
                + override.parameters().entrySet().stream()
                        .filter(entry -> entry.getKey().equals("InstanceType")
                                || entry.getKey().equals("AvailabilityZone")
                                || entry.getKey().equals("SubnetId"))
                        .map(entry -> element(lowerFirst(entry.getKey()), entry.getValue()))
                        .collect(Collectors.joining())
                + "</overrides></launchTemplateAndOverrides>";
    }

    private static String lowerFirst(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
