package dev.warmfront.aws;

import dev.warmfront.spi.StandInServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The parameters of a request in EC2's Query protocol: a flat map in which lists and structures are dotted names. */
record Ec2Query(SortedMap<String, String> parameters) {

    static Ec2Query parse(String form) {
        return new Ec2Query(new TreeMap<>(StandInServer.form(form)));
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    int number(String name, int otherwise) {
        return find(name).map(Integer::parseInt).orElse(otherwise);
    }

    /** {@code NAME.1}, {@code NAME.2} and so on. */
    List<String> list(String name) {
        List<String> list = new ArrayList<>();
        for (int i = 1; parameters.containsKey(name + "." + i); i++) {
            list.add(text(name + "." + i));
        }
        return list;
    }

    /** What is below {@code NAME.}, with that taken away. */
    Ec2Query under(String name) {
        TreeMap<String, String> below = new TreeMap<>();
        parameters.tailMap(name + ".").forEach((key, value) -> {
            if (key.startsWith(name + ".")) {
                below.put(key.substring(name.length() + 1), value);
            }
        });
        return new Ec2Query(below);
    }

    /** {@code NAME.1.…}, {@code NAME.2.…} and so on, each as a query of its own. */
    List<Ec2Query> structures(String name) {
        List<Ec2Query> structures = new ArrayList<>();
        for (int i = 1; ; i++) {
            Ec2Query one = under(name + "." + i);
            if (one.parameters().isEmpty()) {
                return structures;
            }
            structures.add(one);
        }
    }

    /** The tags that a request wants on a kind of resource. */
    Map<String, String> tags(String resource) {
        TreeMap<String, String> tags = new TreeMap<>();
        structures("TagSpecification").stream()
                .filter(specification -> specification.text("ResourceType").equals(resource))
                .flatMap(specification -> specification.structures("Tag").stream())
                .forEach(tag -> tags.put(tag.text("Key"), tag.text("Value")));
        return tags;
    }

    /** Everything that a client token stands for. */
    String fingerprint() {
        TreeMap<String, String> all = new TreeMap<>(parameters);
        all.remove("ClientToken");
        return all.toString();
    }
}
