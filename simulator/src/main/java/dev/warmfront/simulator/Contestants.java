package dev.warmfront.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All that can be scored: the baselines, what other modules add, and the companions of the bound. */
public final class Contestants {

    private Contestants() {}

    /** Policies first, baselines before others, then the companions. */
    public static List<Contestant> all() {
        List<Contestant> all = new ArrayList<>(Baselines.all());
        ServiceLoader.load(PolicyFamily.class).forEach(all::add);
        all.add(Foresight.reacting());
        all.add(Foresight.window());
        return all;
    }

    /**
     * Those of these names, in the order asked for.
     *
     * @throws IllegalArgumentException naming the known ones when one is unknown
     */
    public static List<Contestant> named(List<String> names) {
        List<Contestant> all = all();
        return names.stream()
                .map(name -> all.stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no policy is called " + name + "; known are "
                                + String.join(
                                        ", ", all.stream().map(Contestant::name).toList()))))
                .toList();
    }
}
