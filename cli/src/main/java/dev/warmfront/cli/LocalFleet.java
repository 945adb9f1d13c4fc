package dev.warmfront.cli;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The machines that a control plane on this machine may make out of processes.
 *
 * @param maxInstances how many at once
 * @param cpuMillis what each offers to the scheduler
 * @param memoryBytes what each offers to the scheduler
 * @param price what each is said to cost when it is on: dollars an hour, or a machine of the price book,
 *     {@code PROVIDER/REGION/TYPE}
 * @param bootDelaySeconds how long each pretends to boot
 */
record LocalFleet(int maxInstances, long cpuMillis, long memoryBytes, String price, BigDecimal bootDelaySeconds) {

    private static final String PREFIX = "warmfront.providers.local.";

    /** What a machine in standby costs as part of what it costs when it is on, unless the provider's settings say otherwise. */
    static final double STANDBY_PRICE_FRACTION = 1;

    /** The price in words. */
    String priceText() {
        return price.contains("/") ? "the price of " + price : "$" + price + " an hour";
    }

    /** As configuration of the control plane. */
    Map<String, String> properties(Path root, Path agentJar) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(PREFIX + "kind", "local");
        properties.put(PREFIX + "settings.root", root.toString());
        properties.put(PREFIX + "settings.agent-jar", agentJar.toString());
        properties.put(PREFIX + "settings.max-instances", Integer.toString(maxInstances));
        properties.put(PREFIX + "settings.cpu-millis", Long.toString(cpuMillis));
        properties.put(PREFIX + "settings.memory-bytes", Long.toString(memoryBytes));
        properties.put(PREFIX + (price.contains("/") ? "settings.price-as" : "settings.hourly-usd"), price);
        properties.put(PREFIX + "settings.machine-type", "local");
        properties.put(PREFIX + "settings.boot-delay-seconds", bootDelaySeconds.toPlainString());
        return properties;
    }
}
